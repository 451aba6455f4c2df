package io.github.trawl.sweep.statistics;

import java.util.Arrays;
import java.util.function.IntFunction;

/**
 * The differences of many points to one reference, such as the unmodified model, on the same
 * examples. Immutable. Holds floats, 4 bytes for each point and example (160 MB for 2,000 points on
 * 20,000 examples), with the number of points rounded up to a multiple of 64.
 *
 * <p>A point with a value that is NaN or infinite is <em>unusable</em>: it takes part in no
 * comparison and is never found better than another.
 */
public final class DifferenceMatrix {
  /**
   * The number of points in a group. Their differences on an example lie side by side, so that one
   * loop adds an example to the sums of all of them.
   */
  static final int GROUP_SIZE = 64;

  /** The most examples whose differences fit into the array of one group. */
  private static final int MOST_EXAMPLES = (Integer.MAX_VALUE - 8) / GROUP_SIZE;

  private final int examples;
  private final int points;

  /** For each group of {@link #GROUP_SIZE} points the differences, example by example. */
  private final float[][] groups;

  private final boolean[] usable;
  private final double[] sums;
  private final double[] standardErrors;
  private final int[] changed;

  private DifferenceMatrix(int examples, int points) {
    this.examples = examples;
    this.points = points;
    groups = new float[(points + GROUP_SIZE - 1) / GROUP_SIZE][examples * GROUP_SIZE];
    usable = new boolean[points];
    sums = new double[points];
    standardErrors = new double[points];
    changed = new int[points];
  }

  /**
   * Returns the differences of {@code points} points to {@code reference}.
   *
   * @param reference the values of the reference, one per example
   * @param values returns the values of a point, one per example; called once for each of 0, 1, …,
   *     in that order
   * @throws IllegalArgumentException if there is no point, there are fewer than two examples or too
   *     many for an array, a value of the reference is not finite, or a point's length differs
   */
  public static DifferenceMatrix of(double[] reference, int points, IntFunction<double[]> values) {
    Samples.requireExamples(reference.length, 2);
    Samples.requireFinite(reference);
    if (points < 1 || reference.length > MOST_EXAMPLES) {
      throw new IllegalArgumentException(
          points + " points on " + reference.length + " examples can't be compared");
    }
    DifferenceMatrix differences = new DifferenceMatrix(reference.length, points);
    for (int point = 0; point < points; point++) {
      differences.put(point, Samples.differences(values.apply(point), reference));
    }
    return differences;
  }

  private void put(int point, double[] values) {
    // Rounded before anything is computed, since the sums of resamples are of the stored floats.
    double[] rounded = new double[values.length];
    Arrays.setAll(rounded, i -> (float) values[i]);
    usable[point] = Samples.areFinite(rounded);
    if (!usable[point]) {
      return;
    }
    float[] group = groups[point / GROUP_SIZE];
    for (int i = 0; i < examples; i++) {
      group[i * GROUP_SIZE + point % GROUP_SIZE] = (float) rounded[i];
      changed[point] += rounded[i] == 0 ? 0 : 1;
    }
    sums[point] = Samples.sum(rounded);
    standardErrors[point] = Samples.standardError(rounded);
  }

  /** Returns the number of points, unusable ones included. */
  public int points() {
    return points;
  }

  /** Returns the number of examples, at least 2. */
  public int examples() {
    return examples;
  }

  /** Returns whether all values of {@code point} are finite. */
  public boolean isUsable(int point) {
    return usable[point];
  }

  /** Returns the mean difference of {@code point} to the reference; NaN for an unusable point. */
  public double mean(int point) {
    return usable[point] ? sums[point] / examples : Double.NaN;
  }

  /**
   * Returns the sum of the differences of {@code point} to the reference; 0 for an unusable point.
   */
  double sum(int point) {
    return sums[point];
  }

  /** Returns the standard error of the mean difference; exactly 0 if all differences are equal. */
  double standardError(int point) {
    return standardErrors[point];
  }

  /** Returns on how many examples {@code point} differs from the reference. */
  int changedExamples(int point) {
    return changed[point];
  }

  /** Returns the differences of {@code point} minus those of {@code other}, one per example. */
  double[] between(int point, int other) {
    double[] between = new double[examples];
    Arrays.setAll(between, i -> (double) at(point, i) - at(other, i));
    return between;
  }

  private float at(int point, int example) {
    return groups[point / GROUP_SIZE][example * GROUP_SIZE + point % GROUP_SIZE];
  }

  int groupCount() {
    return groups.length;
  }

  /**
   * Returns the differences of the {@value #GROUP_SIZE} points from {@code group} · {@value
   * #GROUP_SIZE} on: those of the first example side by side, then those of the second, and so on.
   */
  float[] group(int group) {
    return groups[group];
  }
}
