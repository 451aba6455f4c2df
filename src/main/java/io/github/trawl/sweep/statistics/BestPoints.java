package io.github.trawl.sweep.statistics;

import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * Finds the points that can't be distinguished from the best: those for which the hypothesis "no
 * other point is better" can't be rejected.
 *
 * <p>The statistic of a point is the largest studentised mean difference of another point, a rival,
 * minus that point. It is compared with its bootstrap distribution, as in the one-sided test of
 * Hansen (A test for superior predictive ability, Journal of Business and Economic Statistics 2005,
 * its conservative version) with the point as the benchmark. The points that are not rejected are a
 * confidence set for the best, as in Mogstad, Romano, Shaikh and Wilhelm (Inference for ranks,
 * Review of Economic Studies 2024). All points share one bootstrap over examples.
 *
 * <p>The confidence set consists of the points whose p value is at least α. It contains any given
 * point that is truly best with a probability of at least 1 − α, in the limit of many examples and
 * whatever the dependence between points. It does not say which of its points is the best; if it is
 * large, the examples are too few to choose. Points that dropped out of a race must be left out:
 * which examples a point has seen must not depend on its values.
 *
 * <p>The model confidence set of Hansen, Lunde and Nason (2011) is not used: the only one of its
 * statistics that is affordable for thousands of points compares each point with the mean of all,
 * and would keep thirty equal points in the set beside one that is far better.
 */
public final class BestPoints {
  /** A standard error up to this share of the largest one of all points is a rounding error. */
  private static final double ROUNDING = 1e-9;

  private final DifferenceMatrix differences;
  private final int[] usable;
  private final double[][] centred;
  private final double rounding;

  private BestPoints(DifferenceMatrix differences, Resampling resampling) {
    this.differences = differences;
    usable = IntStream.range(0, differences.points()).filter(differences::isUsable).toArray();
    centred = centredMeans(differences, resampling);
    rounding =
        ROUNDING * Arrays.stream(usable).mapToDouble(differences::standardError).max().orElse(0);
  }

  /**
   * Returns each point's p value against "no other point is better". The smallest possible one is 1
   * / (resamples + 1).
   *
   * <ul>
   *   <li>The point of the highest mean has p = 1; points with identical values have the same p.
   *   <li>No p value is below R / 2ᵐ, where R is the number of usable rivals and m the number of
   *       examples on which the most significant rival differs from the point: no test by the signs
   *       of the differences can give less.
   *   <li>A rival that is above the point by the same amount on every example counts as the most
   *       significant.
   *   <li>An unusable point has p = 0, and is not a rival of the others.
   * </ul>
   *
   * <p>The bootstrap takes as long as that of {@link RomanoWolf}. Other work grows with the square
   * of the number of points: 2,000 points take 0.024 s of one core for each resample. Memory is 8
   * bytes for each point and resample.
   *
   * @param resamples at least 100
   * @throws IllegalArgumentException if there are fewer
   */
  public static double[] pValues(DifferenceMatrix differences, int resamples, long seed) {
    return pValues(differences, Resampling.bootstrap(resamples, seed));
  }

  static double[] pValues(DifferenceMatrix differences, Resampling resampling) {
    BestPoints best = new BestPoints(differences, resampling);
    double[] values = new double[differences.points()];
    Arrays.stream(best.usable).parallel().forEach(point -> values[point] = best.p(point));
    return values;
  }

  /** Returns, by point and resample, the resample's mean difference minus the sample's. */
  private static double[][] centredMeans(DifferenceMatrix differences, Resampling resampling) {
    double[][] means = new double[differences.points()][resampling.count()];
    ResampledSums.forEach(
        differences,
        resampling,
        (resample, sums) -> {
          for (int point = 0; point < means.length; point++) {
            double above = sums[point] - differences.sum(point);
            means[point][resample] = above / differences.examples();
          }
        });
    return means;
  }

  /** Returns the p value of {@code point}; 1 if no rival is above it. */
  private double p(int point) {
    double[] largest = new double[centred[point].length];
    Arrays.fill(largest, Double.NEGATIVE_INFINITY);
    double statistic = 0;
    int strongest = point;
    for (int rival : usable) {
      double error = standardError(rival, point);
      double above = differences.mean(rival) - differences.mean(point);
      if (error > 0) {
        raise(largest, rival, point, 1 / error);
      } else if (above > rounding) {
        error = Double.MIN_VALUE; // Above by a constant: the statistic is infinite.
      } else {
        continue; // The point itself, or one with equal or constantly lower values.
      }
      if (above / error > statistic) {
        statistic = above / error;
        strongest = rival;
      }
    }
    return strongest == point ? 1 : p(point, strongest, statistic, largest);
  }

  /**
   * Returns the p value of {@code point}.
   *
   * @param rival the rival with the largest studentised difference, which is {@code statistic}
   * @param largest for each resample the largest centred studentised difference of any rival
   */
  private double p(int point, int rival, double statistic, double[] largest) {
    long exceeding = Arrays.stream(largest).filter(value -> value >= statistic).count();
    long changed =
        Arrays.stream(differences.between(rival, point)).filter(change -> change != 0).count();
    double floor = Math.scalb(usable.length - 1.0, (int) -changed);
    return Math.min(1, Math.max((exceeding + 1.0) / (largest.length + 1.0), floor));
  }

  /**
   * Returns the bootstrap's standard error of the difference between two points; 0 if it is only a
   * rounding error.
   */
  private double standardError(int rival, int point) {
    double[] one = centred[rival];
    double[] other = centred[point];
    double squares = 0;
    for (int b = 0; b < one.length; b++) {
      double distance = one[b] - other[b];
      squares += distance * distance;
    }
    double error = Math.sqrt(squares / one.length);
    return error <= rounding ? 0 : error;
  }

  /** Raises {@code largest} to the centred studentised differences of {@code rival}. */
  private void raise(double[] largest, int rival, int point, double scale) {
    double[] one = centred[rival];
    double[] other = centred[point];
    for (int b = 0; b < largest.length; b++) {
      largest[b] = Math.max(largest[b], (one[b] - other[b]) * scale);
    }
  }
}
