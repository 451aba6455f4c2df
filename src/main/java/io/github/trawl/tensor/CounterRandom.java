package io.github.trawl.tensor;

/**
 * Uniform random numbers that are a function of seed and position: the same on any thread and
 * executor, and in any order of evaluation. The mixing function is SplitMix64 (Steele, Lea and
 * Flood, Fast Splittable Pseudorandom Number Generators, 2014).
 */
public final class CounterRandom {
  private static final long GOLDEN_GAMMA = 0x9e3779b97f4a7c15L;

  private CounterRandom() {}

  /**
   * Returns a number that is uniform among the multiples of 2⁻²⁴ in [0, 1).
   *
   * @param mode the mode of a factor matrix, or another number that tells apart the matrices that
   *     use one seed
   * @param row the row in the matrix, from 0
   * @param column the column in the matrix, from 0
   */
  public static float uniform(long seed, int mode, int row, int column) {
    long state = mix(seed + GOLDEN_GAMMA);
    state = mix(state + mode * GOLDEN_GAMMA);
    state = mix(state + ((long) row << 32 | column) * GOLDEN_GAMMA + 1);
    return (state >>> 40) * 0x1p-24f;
  }

  private static long mix(long value) {
    long z = value;
    z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
    z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
    return z ^ (z >>> 31);
  }
}
