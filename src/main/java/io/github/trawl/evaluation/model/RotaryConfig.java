package io.github.trawl.evaluation.model;

/**
 * Reads rotary settings, as transformers 4 ({@code rope_theta}, {@code rope_scaling}, {@code
 * partial_rotary_factor}) and 5 ({@code rope_parameters}) write them.
 */
final class RotaryConfig {
  private static final double THETA = 10_000;

  private final ModelConfig config;
  private final ModelConfig rope;
  private final int headSize;

  private RotaryConfig(ModelConfig config, ModelConfig rope, int headSize) {
    this.config = config;
    this.rope = rope;
    this.headSize = headSize;
  }

  /** The settings that all layers share. */
  static RotarySpec read(ModelConfig config, int headSize) {
    return read(config, headSize, section(config), "rope_theta", "partial_rotary_factor", 1);
  }

  /**
   * @param theta the key of the base outside of {@code rope_parameters}
   * @param fraction the key of the turned fraction of a head, likewise
   * @param absent the fraction if nothing is said
   */
  static RotarySpec read(
      ModelConfig config,
      int headSize,
      ModelConfig rope,
      String theta,
      String fraction,
      double absent) {
    double share = rope.number("partial_rotary_factor", config.number(fraction, absent));
    double base = rope.number("rope_theta", config.number(theta, THETA));
    return new RotaryConfig(config, rope, headSize).spec(base, (int) (headSize * share));
  }

  /** {@code rope_parameters}, or {@code rope_scaling} of older configs. */
  static ModelConfig section(ModelConfig config) {
    return config.section(config.has("rope_parameters") ? "rope_parameters" : "rope_scaling");
  }

  /** Frequencies base^(-2i/d). */
  static float[] frequencies(double base, int dimensions) {
    float[] frequencies = new float[dimensions / 2];
    for (int i = 0; i < frequencies.length; i++) {
      frequencies[i] = (float) (1 / Math.pow(base, 2.0 * i / dimensions));
    }
    return frequencies;
  }

  private RotarySpec spec(double base, int dimensions) {
    if (dimensions < 2 || dimensions % 2 != 0 || dimensions > headSize) {
      throw config.problem(
          "rotary embeddings of %d of %d features per head; expected an even number"
              .formatted(dimensions, headSize));
    }
    float[] frequencies = frequencies(base, dimensions);
    String type = rope.text("rope_type", rope.text("type", "default"));
    switch (type) {
      // Within the context that the config states, "dynamic" changes nothing.
      case "default", "dynamic" -> {}
      case "linear" -> divide(frequencies, factor());
      case "llama3" -> llama3(frequencies);
      default ->
          throw config.problem(
              "rotary embeddings of type %s; only default, linear, dynamic and llama3 can be run"
                  .formatted(type));
    }
    return new RotarySpec(frequencies, false, 1);
  }

  private double factor() {
    double factor = rope.number("factor", 0);
    if (factor <= 0) {
      throw config.problem("the scaling of rotary embeddings has no positive factor; add it");
    }
    return factor;
  }

  private static void divide(float[] frequencies, double factor) {
    for (int i = 0; i < frequencies.length; i++) {
      frequencies[i] = (float) (frequencies[i] / factor);
    }
  }

  /** Llama 3.1's: low frequencies are divided, high ones kept, those between interpolated. */
  private void llama3(float[] frequencies) {
    double factor = factor();
    double low = rope.number("low_freq_factor", 1);
    double high = rope.number("high_freq_factor", 4);
    double original =
        rope.size("original_max_position_embeddings", config.size("max_position_embeddings", 8192));
    for (int i = 0; i < frequencies.length; i++) {
      double turns = original * frequencies[i] / (2 * Math.PI);
      if (turns < low) {
        frequencies[i] = (float) (frequencies[i] / factor);
      } else if (turns <= high) {
        double smooth = (turns - low) / (high - low);
        frequencies[i] = (float) (frequencies[i] * ((1 - smooth) / factor + smooth));
      }
    }
  }
}
