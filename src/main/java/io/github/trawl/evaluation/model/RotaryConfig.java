package io.github.trawl.evaluation.model;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Set;

/**
 * Reads rotary settings, as transformers 4 ({@code rope_theta}, {@code rope_scaling}, {@code
 * partial_rotary_factor}) and 5 ({@code rope_parameters}) write them.
 */
final class RotaryConfig {
  /** Scaling by two lists of factors, one for short and one for long sequences. */
  private static final Set<String> LONG_ROPE = Set.of("longrope", "su");

  /** The base of most models. */
  static final double THETA = 10_000;

  private final ModelConfig config;
  private final ModelConfig rope;
  private final int headSize;

  private RotaryConfig(ModelConfig config, ModelConfig rope, int headSize) {
    this.config = config;
    this.rope = rope;
    this.headSize = headSize;
  }

  /**
   * The settings that all layers share.
   *
   * @param theta the base if none is stated
   */
  static RotarySpec read(ModelConfig config, int headSize, double theta) {
    return read(config, headSize, section(config), "rope_theta", theta, "partial_rotary_factor", 1);
  }

  /**
   * The settings of {@code rope}, and of {@code config} where it does not have them.
   *
   * @param thetaKey of the base in {@code config}
   * @param theta the base if none is stated
   * @param fractionKey of the turned fraction of a head in {@code config}
   * @param fraction the fraction if none is stated
   */
  static RotarySpec read(
      ModelConfig config,
      int headSize,
      ModelConfig rope,
      String thetaKey,
      double theta,
      String fractionKey,
      double fraction) {
    double share = rope.number("partial_rotary_factor", config.number(fractionKey, fraction));
    double base = rope.number("rope_theta", config.number(thetaKey, theta));
    return new RotaryConfig(config, rope, headSize).spec(base, (int) (headSize * share));
  }

  /**
   * The longest sequence: beyond the original context Phi-3 takes other frequencies for the whole
   * sequence, which is not done here.
   */
  static int context(ModelConfig config) {
    int stated = config.size("max_position_embeddings", 4096);
    String type = type(section(config));
    return LONG_ROPE.contains(type) ? Math.min(stated, original(config, section(config))) : stated;
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
    float scale = 1;
    String type = type(rope);
    switch (type) {
      // Within the context that the config states, "dynamic" changes nothing.
      case "default", "dynamic" -> {}
      case "linear" -> divide(frequencies, factor());
      case "llama3" -> llama3(frequencies);
      case "longrope", "su" -> {
        divideEach(frequencies, rope.list("short_factor"));
        scale = longRopeScale();
      }
      default ->
          throw config.problem(
              "rotary embeddings of type %s; only default, linear, dynamic, llama3 and longrope can be run"
                  .formatted(type));
    }
    return new RotarySpec(frequencies, false, scale);
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
    double original = original(config, rope);
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

  private void divideEach(float[] frequencies, List<JsonNode> factors) {
    if (factors.size() != frequencies.length) {
      throw config.problem(
          "%d short_factors of rotary embeddings for %d frequencies"
              .formatted(factors.size(), frequencies.length));
    }
    for (int i = 0; i < frequencies.length; i++) {
      frequencies[i] = (float) (frequencies[i] / factors.get(i).doubleValue());
    }
  }

  /** √(1 + ln(extension) / ln(original context)), unless it is stated. */
  private float longRopeScale() {
    int original = original(config, rope);
    double extension =
        rope.number("factor", (double) config.size("max_position_embeddings", original) / original);
    double computed = extension <= 1 ? 1 : Math.sqrt(1 + Math.log(extension) / Math.log(original));
    return (float) rope.number("attention_factor", computed);
  }

  private static String type(ModelConfig rope) {
    return rope.text("rope_type", rope.text("type", "default"));
  }

  /** The context that the model was first trained with. */
  private static int original(ModelConfig config, ModelConfig rope) {
    String key = "original_max_position_embeddings";
    return config.size(key, rope.size(key, config.size("max_position_embeddings", 8192)));
  }
}
