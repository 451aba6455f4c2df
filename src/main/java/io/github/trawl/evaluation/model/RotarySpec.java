package io.github.trawl.evaluation.model;

import java.util.Arrays;

/**
 * A rotary position embedding: features are rotated in pairs by position × frequency.
 *
 * @param shortFrequencies of each pair, for sequences of up to {@code original} tokens; the first 2
 *     · length features of a head are rotated
 * @param longFrequencies for longer sequences, as many
 * @param original the most tokens of a short sequence
 * @param interleaved whether pairs are neighbours (2i, 2i + 1) rather than (i, i + length)
 * @param scale multiplies sine and cosine
 */
@SuppressWarnings("ArrayRecordComponent") // Never changed.
record RotarySpec(
    float[] shortFrequencies,
    float[] longFrequencies,
    int original,
    boolean interleaved,
    float scale) {
  /** The same frequencies for all sequences, features turned in pairs (i, i + length). */
  static RotarySpec halves(float[] frequencies, float scale) {
    return new RotarySpec(frequencies, frequencies, Integer.MAX_VALUE, false, scale);
  }

  /** The same frequencies for all sequences, neighbours turned. */
  static RotarySpec neighbours(float[] frequencies) {
    return new RotarySpec(frequencies, frequencies, Integer.MAX_VALUE, true, 1);
  }

  /** Other frequencies for sequences of more than {@code original} tokens. */
  static RotarySpec byLength(float[] shorter, float[] longer, int original, float scale) {
    return new RotarySpec(shorter, longer, original, false, scale);
  }

  /** How many pairs of features are turned. */
  int pairs() {
    return shortFrequencies.length;
  }

  /** The frequencies for a sequence of {@code length} tokens. */
  float[] frequencies(int length) {
    return length > original ? longFrequencies : shortFrequencies;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof RotarySpec that
        && interleaved == that.interleaved
        && scale == that.scale
        && original == that.original
        && Arrays.equals(shortFrequencies, that.shortFrequencies)
        && Arrays.equals(longFrequencies, that.longFrequencies);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(shortFrequencies);
  }
}
