package io.github.trawl.evaluation.model;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;

/** The scalings by which rotary embeddings cover a longer context than that of the pre-training. */
final class RotaryScaling {
  /** The key of the length of the original context, that of the pre-training. */
  static final String ORIGINAL_CONTEXT_KEY = "original_max_position_embeddings";

  private final ModelConfig config;
  private final ModelConfig rope;
  private final int context;
  private final int originalContext;

  /**
   * @param config the model's config, which exceptions name
   * @param rope the settings of the scaling
   * @param context the most tokens of a sequence
   * @param originalContext the most tokens of a sequence in the pre-training
   */
  RotaryScaling(ModelConfig config, ModelConfig rope, int context, int originalContext) {
    this.config = config;
    this.rope = rope;
    this.context = context;
    this.originalContext = originalContext;
  }

  /**
   * Returns a scaled rotary embedding.
   *
   * @param type the name of the scaling in transformers
   * @param base the base of the unscaled frequencies
   * @param dimensions the number of features of a head that are rotated
   */
  RotarySpec apply(String type, double base, int dimensions) {
    float[] plain = RotaryConfig.frequencies(base, dimensions);
    return switch (type) {
      // Within the context that the config states, "dynamic" changes nothing.
      case "default", "dynamic" -> RotarySpec.halves(plain, 1);
      case "linear" -> RotarySpec.halves(divided(plain, factor()), 1);
      case "llama3" -> RotarySpec.halves(llama3(plain), 1);
      case "yarn" -> yarn(plain, base, dimensions);
      case "longrope" -> longRope(plain);
      default -> throw new IllegalArgumentException(type);
    };
  }

  private double factor() {
    double factor = rope.number("factor", 0);
    if (factor <= 0) {
      throw config.problem("the scaling of rotary embeddings has no positive factor; add it");
    }
    return factor;
  }

  private static float[] divided(float[] frequencies, double factor) {
    float[] divided = new float[frequencies.length];
    for (int i = 0; i < divided.length; i++) {
      divided[i] = (float) (frequencies[i] / factor);
    }
    return divided;
  }

  /** Llama 3.1's scaling: divides low frequencies, keeps high ones and interpolates between. */
  private float[] llama3(float[] plain) {
    double factor = factor();
    double low = rope.number("low_freq_factor", 1);
    double high = rope.number("high_freq_factor", 4);
    float[] frequencies = plain.clone();
    for (int i = 0; i < frequencies.length; i++) {
      double turns = originalContext * plain[i] / (2 * Math.PI);
      if (turns < low) {
        frequencies[i] = (float) (plain[i] / factor);
      } else if (turns <= high) {
        double smooth = (turns - low) / (high - low);
        frequencies[i] = (float) (plain[i] * ((1 - smooth) / factor + smooth));
      }
    }
    return frequencies;
  }

  /**
   * YaRN (arXiv:2309.00071): high frequencies are kept, low ones are divided, and those between are
   * interpolated linearly. A factor on sines and cosines sharpens the attention.
   */
  private RotarySpec yarn(float[] plain, double base, int dimensions) {
    double factor = rope.isNull("factor") ? (double) context / originalContext : factor();
    double low = dimension(nonZero("beta_fast", 32), base, dimensions);
    double high = dimension(nonZero("beta_slow", 1), base, dimensions);
    if (rope.flag("truncate", true)) {
      low = Math.floor(low);
      high = Math.ceil(high);
    }
    low = Math.max(low, 0);
    high = Math.min(high, dimensions - 1.0);
    // As in transformers, 0.001 avoids a division by 0.
    double width = low == high ? 0.001 : high - low;
    float[] frequencies = new float[plain.length];
    for (int i = 0; i < frequencies.length; i++) {
      double share = Math.min(1, Math.max(0, (i - low) / width));
      frequencies[i] = (float) (plain[i] / factor * share + plain[i] * (1 - share));
    }
    return RotarySpec.halves(
        frequencies, (float) rope.number("attention_factor", yarnScale(factor)));
  }

  /**
   * Returns the index, not rounded, of the pair of features that turns {@code rotations} times over
   * the original context.
   */
  private double dimension(double rotations, double base, int dimensions) {
    return dimensions
        * Math.log(originalContext / (rotations * 2 * Math.PI))
        / (2 * Math.log(base));
  }

  private double yarnScale(double factor) {
    double scale = rope.number("mscale", 0);
    double everywhere = rope.number("mscale_all_dim", 0);
    return scale != 0 && everywhere != 0
        ? sharpened(factor, scale) / sharpened(factor, everywhere)
        : sharpened(factor, 1);
  }

  private static double sharpened(double factor, double scale) {
    return factor <= 1 ? 1 : 0.1 * scale * Math.log(factor) + 1;
  }

  /** Returns a number, or {@code defaultValue} if it is absent or, as in transformers, 0. */
  private double nonZero(String key, double defaultValue) {
    double stated = rope.number(key, defaultValue);
    return stated == 0 ? defaultValue : stated;
  }

  /**
   * LongRoPE (arXiv:2402.13753): each frequency is divided by a factor of its own: one of {@code
   * short_factor} or, in sequences longer than the original context, one of {@code long_factor}. By
   * default sines and cosines are multiplied by √(1 + ln(extension) / ln(originalContext)).
   */
  private RotarySpec longRope(float[] plain) {
    double extension = rope.number("factor", (double) context / originalContext);
    double scale =
        extension <= 1 ? 1 : Math.sqrt(1 + Math.log(extension) / Math.log(originalContext));
    return RotarySpec.byLength(
        dividedByEach(plain, "short_factor"),
        dividedByEach(plain, "long_factor"),
        originalContext,
        (float) rope.number("attention_factor", scale));
  }

  private float[] dividedByEach(float[] frequencies, String key) {
    List<JsonNode> factors = rope.list(key);
    if (factors.size() != frequencies.length
        || factors.stream().anyMatch(factor -> !factor.isNumber() || factor.doubleValue() == 0)) {
      throw config.problem(
          "%s has %d entries; expected %d numbers other than 0, one for each frequency"
              .formatted(key, factors.size(), frequencies.length));
    }
    float[] divided = new float[frequencies.length];
    for (int i = 0; i < divided.length; i++) {
      divided[i] = (float) (frequencies[i] / factors.get(i).doubleValue());
    }
    return divided;
  }
}
