package io.github.trawl.evaluation.model;

import java.util.Arrays;

/**
 * A rotary position embedding: features are rotated in pairs by position × frequency.
 *
 * @param frequencies of each pair; the first 2 · length features of a head are rotated
 * @param interleaved whether pairs are neighbours (2i, 2i + 1) rather than (i, i + length)
 * @param scale multiplies sine and cosine
 */
@SuppressWarnings("ArrayRecordComponent") // Never changed.
record RotarySpec(float[] frequencies, boolean interleaved, float scale) {
  @Override
  public boolean equals(Object other) {
    return other instanceof RotarySpec that
        && interleaved == that.interleaved
        && scale == that.scale
        && Arrays.equals(frequencies, that.frequencies);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(frequencies);
  }
}
