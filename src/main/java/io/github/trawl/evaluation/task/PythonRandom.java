package io.github.trawl.evaluation.task;

import java.util.HashSet;
import java.util.Set;
import org.apache.commons.math3.random.MersenneTwister;

/**
 * Draws the same samples as Python's {@code random.Random(seed)}: with the Mersenne Twister, seeded
 * by an array of one word, and the algorithm of {@code sample} in CPython since 3.9. Each draw
 * continues the sequence of random numbers where the one before ended.
 */
final class PythonRandom {
  /**
   * CPython's {@code setsize}: the length up to which at most {@link #SMALL_COUNT} elements of a
   * list are drawn from a copy that shrinks with each draw. Elements of a longer list are drawn
   * from all, and again if they were drawn before.
   */
  private static final int SMALL_SET = 21;

  /** The most draws for which the limit is {@link #SMALL_SET}; for more it is higher. */
  private static final int SMALL_COUNT = 5;

  private final MersenneTwister generator;

  /**
   * @param seed at least 0
   */
  PythonRandom(int seed) {
    this.generator = new MersenneTwister(new int[] {seed});
  }

  /**
   * Returns the indices of {@code count} different elements of a list, in the order in which they
   * are drawn.
   *
   * @param size the size of the list, at least {@code count}
   */
  int[] sample(int size, int count) {
    return size <= listLimit(count) ? fromList(size, count) : bySet(size, count);
  }

  /** Returns the length up to which a list is copied, by CPython's formula. */
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

  /**
   * Returns a number from 0, inclusive, to {@code bound}, exclusive: as many of the highest bits of
   * a random word as {@code bound} has, drawn again until they are below it.
   */
  private int below(int bound) {
    int unused = Integer.numberOfLeadingZeros(bound);
    int drawn;
    do {
      drawn = generator.nextInt() >>> unused;
    } while (drawn >= bound);
    return drawn;
  }
}
