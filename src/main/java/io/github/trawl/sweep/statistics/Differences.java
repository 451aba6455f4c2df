package io.github.trawl.sweep.statistics;

import java.util.Arrays;
import java.util.function.IntFunction;

/**
 * The differences of many points to one reference, such as the unmodified model, on the same
 * examples. Kept as floats, 4 bytes for each point and example (160 MB for 2,000 points on 20,000
 * examples); the points are rounded up to a multiple of 64. Immutable.
 *
 * <p>A point with a value that is NaN or infinite is <em>unusable</em>: it takes part in nothing
 * and is never found better than anything.
 */
public final class Differences {
  /** Points that lie side by side, so that one loop adds an example to all of them. */
  static final int WIDTH = 64;

  /** The differences of more could not be held in the array of a group. */
  private static final int MOST_EXAMPLES = (Integer.MAX_VALUE - 8) / WIDTH;

  private final int examples;
  private final int points;

  /** For each group of {@link #WIDTH} points the differences, example by example. */
  private final float[][] groups;

  private final boolean[] usable;
  private final double[] sums;
  private final double[] standardErrors;
  private final int[] changed;

  private Differences(int examples, int points) {
    this.examples = examples;
    this.points = points;
    groups = new float[(points + WIDTH - 1) / WIDTH][examples * WIDTH];
    usable = new boolean[points];
    sums = new double[points];
    standardErrors = new double[points];
    changed = new int[points];
  }

  /**
   * Returns the differences of {@code points} points to {@code reference}.
   *
   * @param values gives the values of point 0, 1, …, one per example; asked once for each, in that
   *     order
   * @throws IllegalArgumentException if there is no point, there are fewer than two examples, a
   *     value of the reference is not finite, or a point's length differs
   */
  public static Differences of(double[] reference, int points, IntFunction<double[]> values) {
    Samples.requireExamples(reference.length, 2);
    Samples.requireFinite(reference);
    if (points < 1 || reference.length > MOST_EXAMPLES) {
      throw new IllegalArgumentException(
          points + " points on " + reference.length + " examples can't be compared");
    }
    Differences differences = new Differences(reference.length, points);
    for (int point = 0; point < points; point++) {
      differences.put(point, Samples.differences(values.apply(point), reference));
    }
    return differences;
  }

  private void put(int point, double[] values) {
    double[] rounded = new double[values.length];
    Arrays.setAll(rounded, i -> (float) values[i]);
    usable[point] = Samples.areFinite(rounded);
    if (!usable[point]) {
      return;
    }
    float[] group = groups[point / WIDTH];
    for (int i = 0; i < examples; i++) {
      group[i * WIDTH + point % WIDTH] = (float) rounded[i];
      changed[point] += rounded[i] == 0 ? 0 : 1;
    }
    sums[point] = Samples.sum(rounded);
    standardErrors[point] = Samples.standardError(rounded);
  }

  /** How many points there are, unusable ones included. */
  public int points() {
    return points;
  }

  /** How many examples there are, at least 2. */
  public int examples() {
    return examples;
  }

  /** Whether all values of {@code point} are finite. */
  public boolean isUsable(int point) {
    return usable[point];
  }

  /** The mean difference of {@code point} to the reference, NaN of an unusable one. */
  public double mean(int point) {
    return usable[point] ? sums[point] / examples : Double.NaN;
  }

  /** The sum of the differences of {@code point} to the reference; 0 of an unusable one. */
  double sum(int point) {
    return sums[point];
  }

  /** The standard error of the mean; exactly 0 where all differences are equal. */
  double standardError(int point) {
    return standardErrors[point];
  }

  /** On how many examples {@code point} differs from the reference. */
  int changed(int point) {
    return changed[point];
  }

  /** How much {@code point} is above {@code other} on each example. */
  double[] between(int point, int other) {
    double[] between = new double[examples];
    Arrays.setAll(between, i -> (double) at(point, i) - at(other, i));
    return between;
  }

  private float at(int point, int example) {
    return groups[point / WIDTH][example * WIDTH + point % WIDTH];
  }

  int groups() {
    return groups.length;
  }

  /** The differences of points {@code group}·64 and on, those of one example side by side. */
  float[] group(int group) {
    return groups[group];
  }
}
