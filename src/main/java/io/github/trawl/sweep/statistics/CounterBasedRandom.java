package io.github.trawl.sweep.statistics;

/**
 * Random integers that are a function of a seed, the number of a stream and a position, so that
 * they are the same on any machine and thread and in any order of evaluation. The generator is
 * SplitMix64 (Steele, Lea and Flood, Fast Splittable Pseudorandom Number Generators, 2014). It is
 * implemented here because Java does not guarantee the sequences of its better generators.
 */
final class CounterBasedRandom {
  private static final long GOLDEN_GAMMA = 0x9e3779b97f4a7c15L;

  private final long start;

  CounterBasedRandom(long seed, int stream) {
    start = mix(mix(seed + GOLDEN_GAMMA) + stream * GOLDEN_GAMMA);
  }

  /**
   * Returns the integer at {@code position}, in [0, {@code bound}). Some integers are likelier than
   * others, by a factor of about 1 + {@code bound}·2⁻³² at most.
   */
  int intBelow(int bound, long position) {
    long word = mix(start + (position + 1) * GOLDEN_GAMMA);
    return (int) (((word >>> 32) * bound) >>> 32);
  }

  private static long mix(long value) {
    long z = value;
    z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
    z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
    return z ^ (z >>> 31);
  }
}
