package io.github.trawl.evaluation.model;

import java.util.Arrays;

/**
 * Describes a rotary position embedding: pairs of a head's first features are rotated by the angle
 * position · frequency; the other features stay as they are.
 *
 * @param shortFrequencies the frequency of each pair for sequences of up to {@code originalContext}
 *     tokens
 * @param longFrequencies the frequency of each pair for longer sequences
 * @param originalContext the most tokens of a short sequence
 * @param interleaved whether pair i has the features (2i, 2i + 1) rather than (i, i + pairs)
 * @param scale multiplies sines and cosines
 */
@SuppressWarnings("ArrayRecordComponent") // Never changed.
record RotarySpec(
    float[] shortFrequencies,
    float[] longFrequencies,
    int originalContext,
    boolean interleaved,
    float scale) {
  /** Describes pairs (i, i + pairs) with the same frequencies for sequences of any length. */
  static RotarySpec halves(float[] frequencies, float scale) {
    return new RotarySpec(frequencies, frequencies, Integer.MAX_VALUE, false, scale);
  }

  /** Describes pairs (2i, 2i + 1) with the same frequencies for sequences of any length. */
  static RotarySpec neighbours(float[] frequencies) {
    return new RotarySpec(frequencies, frequencies, Integer.MAX_VALUE, true, 1);
  }

  /** Describes pairs (i, i + pairs) with frequencies that depend on a sequence's length. */
  static RotarySpec byLength(float[] shorter, float[] longer, int original, float scale) {
    return new RotarySpec(shorter, longer, original, false, scale);
  }

  /** Returns how many pairs of features are rotated. */
  int pairs() {
    return shortFrequencies.length;
  }

  /** Returns the frequencies for a sequence of {@code length} tokens. */
  float[] frequencies(int length) {
    return length > originalContext ? longFrequencies : shortFrequencies;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof RotarySpec that
        && interleaved == that.interleaved
        && scale == that.scale
        && originalContext == that.originalContext
        && Arrays.equals(shortFrequencies, that.shortFrequencies)
        && Arrays.equals(longFrequencies, that.longFrequencies);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(shortFrequencies);
  }
}
