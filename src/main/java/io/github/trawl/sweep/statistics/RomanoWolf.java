package io.github.trawl.sweep.statistics;

import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;

/**
 * Tests which of many points are better than the reference, with p values adjusted for all of them.
 *
 * <p>The studentised step-down of Romano and Wolf (Stepwise multiple testing as formalized data
 * snooping, Econometrica 2005), with the adjusted p values of Romano and Wolf (Efficient
 * computation of adjusted p-values for resampling-based stepdown multiple testing, Statistics and
 * Probability Letters 2016). One bootstrap over examples is shared by all points, so that points
 * which are nearly alike raise each other's p values little. If every point whose p value is at
 * most α is called better, the probability that any of them is not truly better is at most α, in
 * the limit of many examples.
 */
public final class RomanoWolf {
  private RomanoWolf() {}

  /**
   * Returns for each point the p value against "its mean difference to the reference is not above
   * 0", adjusted for all usable points. The smallest possible one is 1 / (resamples + 1).
   *
   * <ul>
   *   <li>Points are studentised by the standard error of the sample, in resamples too, as in
   *       Hansen's test (2005). A resample's own standard error would be 0 if the resample held
   *       none of a point's few changed examples; the centred statistic of a point that is worse
   *       than the reference, and so the maximum over points, would then be infinite.
   *   <li>No p value is below P / 2ᵐ, where P is the number of usable points and m the number of
   *       examples on which the point differs from the reference: a test of one point by the signs
   *       of its differences gives no less than 2⁻ᵐ, which Bonferroni's correction multiplies by P,
   *       while the bootstrap of a handful of examples would give less.
   *   <li>A point with the same difference on every example has no spread: if the difference is
   *       above 0 it counts as the most significant, otherwise its p value is 1.
   *   <li>The p value of an unusable point is 1, and it does not count among the points.
   * </ul>
   *
   * <p>With 2,000 points on 20,000 examples a resample takes 0.017 s of one core of a 2.5 GHz Xeon,
   * and 2,000 of them 35 s, shared by all cores; memory in addition to the differences is below 20
   * MB.
   *
   * @param resamples at least 100
   * @throws IllegalArgumentException if there are fewer
   */
  public static double[] adjustedP(DifferenceMatrix differences, int resamples, long seed) {
    return adjustedP(differences, Resampling.bootstrap(resamples, seed));
  }

  static double[] adjustedP(DifferenceMatrix differences, Resampling resampling) {
    double[] scales = scales(differences);
    int[] order = order(differences, scales);
    int[] exceeding = exceeding(differences, resampling, scales, order);
    double[] adjusted = new double[differences.points()];
    Arrays.fill(adjusted, 1);
    long usable = usable(differences);
    double last = 0;
    for (int step = 0; step < order.length; step++) {
      int point = order[step];
      double p = (exceeding[step] + 1.0) / (resampling.count() + 1.0);
      double floor = Math.scalb((double) usable, -differences.changedExamples(point));
      last = Math.max(last, Math.min(1, Math.max(p, floor)));
      adjusted[point] = last;
    }
    return adjusted;
  }

  /** Returns for each point the factor that studentises its sum; infinite if it has no spread. */
  private static double[] scales(DifferenceMatrix differences) {
    double[] scales = new double[differences.points()];
    Arrays.setAll(scales, point -> 1 / (differences.standardError(point) * differences.examples()));
    return scales;
  }

  /**
   * Returns the points that are tested, the most significant first, equally significant ones in
   * ascending order. A point without spread is tested only if its difference is above 0.
   */
  private static int[] order(DifferenceMatrix differences, double[] scales) {
    return IntStream.range(0, differences.points())
        .filter(differences::isUsable)
        .filter(point -> Double.isFinite(scales[point]) || differences.sum(point) > 0)
        .boxed()
        .sorted(Comparator.comparingDouble(point -> -differences.sum(point) * scales[point]))
        .mapToInt(Integer::intValue)
        .toArray();
  }

  /**
   * Returns for each step, that is, for each point of {@code order}, the number of resamples in
   * which the largest centred statistic of this and all later points is at least the statistic of
   * this point.
   */
  private static int[] exceeding(
      DifferenceMatrix differences, Resampling resampling, double[] scales, int[] order) {
    int[] exceeding = new int[order.length];
    ResampledSums.forEach(
        differences,
        resampling,
        (resample, sums) -> {
          double largest = Double.NEGATIVE_INFINITY;
          for (int step = order.length - 1; step >= 0; step--) {
            int point = order[step];
            if (Double.isFinite(scales[point])) {
              double centred = (sums[point] - differences.sum(point)) * scales[point];
              largest = Math.max(largest, centred);
            }
            if (largest >= differences.sum(point) * scales[point]) {
              exceeding[step]++;
            }
          }
        });
    return exceeding;
  }

  private static long usable(DifferenceMatrix differences) {
    return IntStream.range(0, differences.points()).filter(differences::isUsable).count();
  }
}
