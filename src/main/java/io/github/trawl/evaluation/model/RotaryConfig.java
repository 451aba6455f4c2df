package io.github.trawl.evaluation.model;

import java.util.Set;

/**
 * Reads the settings of rotary embeddings, as transformers 4 ({@code rope_theta}, {@code
 * rope_scaling}, {@code partial_rotary_factor}) and 5 ({@code rope_parameters}) write them. If a
 * config has both {@code rope_scaling} and {@code rope_parameters}, the former applies, as in
 * transformers.
 */
final class RotaryConfig {
  /** The default base of most models. */
  static final double THETA = 10_000;

  private static final Set<String> TYPES =
      Set.of("default", "linear", "dynamic", "llama3", "yarn", "longrope");

  private final ModelConfig config;
  private final ModelConfig section;
  private String thetaKey = "rope_theta";
  private double theta = THETA;
  private String fractionKey = "partial_rotary_factor";
  private double fraction = 1;

  /** Whether the family has a key for the share of a head that is rotated. */
  private boolean partial;

  private Set<String> longRopes = Set.of("longrope");
  private Set<String> types = TYPES;

  /** The most tokens of a sequence in the pre-training; 0 if no key states them. */
  private int originalContext;

  private RotaryConfig(ModelConfig config, ModelConfig section) {
    this.config = config;
    this.section = section;
  }

  /** Returns a reader of the settings that all layers share. */
  static RotaryConfig of(ModelConfig config) {
    ModelConfig scaling = config.section("rope_scaling");
    RotaryConfig rotary =
        new RotaryConfig(config, scaling.isEmpty() ? config.section("rope_parameters") : scaling);
    rotary.originalContext =
        config.size(
            RotaryScaling.ORIGINAL_CONTEXT_KEY,
            rotary.section.size(RotaryScaling.ORIGINAL_CONTEXT_KEY, 0));
    return rotary;
  }

  /** Returns a reader of the settings in {@code section}, which apply to some layers only. */
  static RotaryConfig of(ModelConfig config, ModelConfig section) {
    RotaryConfig rotary = new RotaryConfig(config, section);
    rotary.originalContext = section.size(RotaryScaling.ORIGINAL_CONTEXT_KEY, 0);
    return rotary;
  }

  /**
   * Sets the key that holds the base outside of the rotary section.
   *
   * @param defaultValue the base if none is given
   */
  RotaryConfig theta(String key, double defaultValue) {
    thetaKey = key;
    theta = defaultValue;
    return this;
  }

  /**
   * Sets the key that holds the share of a head that is rotated. Families without such a key rotate
   * whole heads.
   *
   * @param defaultValue the share if none is given
   */
  RotaryConfig fraction(String key, double defaultValue) {
    fractionKey = key;
    fraction = defaultValue;
    partial = true;
    return this;
  }

  /**
   * Accepts Phi-3's settings: the only scaling is longrope, under this name and earlier ones, and
   * the length of the original context is 4096 by default.
   */
  RotaryConfig phi3() {
    longRopes = Set.of("longrope", "su", "yarn");
    types = Set.of("default", "longrope");
    originalContext = config.size(RotaryScaling.ORIGINAL_CONTEXT_KEY, 4096);
    return this;
  }

  /**
   * Reads the settings.
   *
   * @param headSize features of a head
   * @param context the most tokens of a sequence by the config
   */
  RotarySpec read(int headSize, int context) {
    double share = section.number("partial_rotary_factor", config.number(fractionKey, fraction));
    if (!partial && share != 1) {
      throw config.problem("partial_rotary_factor is %s; only 1 can be run".formatted(share));
    }
    int dimensions = (int) (headSize * share);
    if (dimensions < 2 || dimensions % 2 != 0 || dimensions > headSize) {
      throw config.problem(
          "rotary embeddings of %d of %d features per head; expected an even number from 2 to %d"
              .formatted(dimensions, headSize, headSize));
    }
    String stated = section.text("rope_type", section.text("type", "default"));
    String type = longRopes.contains(stated) ? "longrope" : stated;
    if (!types.contains(type)) {
      throw config.problem(
          "rotary embeddings of type %s; only %s can be run"
              .formatted(type, String.join(", ", types.stream().sorted().toList())));
    }
    double base = section.number("rope_theta", config.number(thetaKey, theta));
    return new RotaryScaling(
            config, section, context, originalContext > 0 ? originalContext : context)
        .apply(type, base, dimensions);
  }

  /** Returns the unscaled frequencies base^(-2i/d), for d {@code dimensions}. */
  static float[] frequencies(double base, int dimensions) {
    float[] frequencies = new float[dimensions / 2];
    for (int i = 0; i < frequencies.length; i++) {
      frequencies[i] = (float) (1 / Math.pow(base, 2.0 * i / dimensions));
    }
    return frequencies;
  }
}
