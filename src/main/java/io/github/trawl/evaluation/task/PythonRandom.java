package io.github.trawl.evaluation.task;

import java.util.HashSet;
import java.util.Set;
import org.apache.commons.math3.random.MersenneTwister;

/**
 * The numbers of Python's {@code random.Random(seed)}: the Mersenne Twister, seeded by an array of
 * one word, and {@code sample} as CPython has it since 3.9. Draws go on where the last one ended.
 */
final class PythonRandom {
  /** CPython draws from a shrinking list while that takes no more room than a set of draws. */
  private static final int SMALL_SET = 21;

  private static final int SMALL_COUNT = 5;

  private final MersenneTwister generator;

  /**
   * @param seed at least 0
   */
  PythonRandom(int seed) {
    this.generator = new MersenneTwister(new int[] {seed});
  }

  /**
   * The places of {@code count} different elements of a list, in the order in which they are drawn.
   *
   * @param size of the list, at least {@code count}
   */
  int[] sample(int size, int count) {
    return size <= listLimit(count) ? fromList(size, count) : bySet(size, count);
  }

  private static double listLimit(int count) {
    return count <= SMALL_COUNT
        ? SMALL_SET
        : SMALL_SET + Math.pow(4, Math.ceil(Math.log(count * 3.0) / Math.log(4)));
  }

  private int[] fromList(int size, int count) {
    int[] places = new int[size];
    for (int i = 0; i < size; i++) {
      places[i] = i;
    }
    int[] drawn = new int[count];
    for (int i = 0; i < count; i++) {
      int at = below(size - i);
      drawn[i] = places[at];
      places[at] = places[size - i - 1];
    }
    return drawn;
  }

  private int[] bySet(int size, int count) {
    Set<Integer> taken = new HashSet<>();
    int[] drawn = new int[count];
    for (int i = 0; i < count; i++) {
      do {
        drawn[i] = below(size);
      } while (!taken.add(drawn[i]));
    }
    return drawn;
  }

  /** A number from 0 to before {@code bound}: the highest bits, drawn again while they are more. */
  private int below(int bound) {
    int unused = Integer.numberOfLeadingZeros(bound);
    int drawn;
    do {
      drawn = generator.nextInt() >>> unused;
    } while (drawn >= bound);
    return drawn;
  }
}
