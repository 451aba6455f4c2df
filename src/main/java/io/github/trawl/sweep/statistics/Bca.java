package io.github.trawl.sweep.statistics;

import java.util.Arrays;
import org.apache.commons.statistics.distribution.NormalDistribution;

/**
 * The bias-corrected and accelerated bootstrap interval of a mean: Efron, Better Bootstrap
 * Confidence Intervals, 1987; the formulas are 14.9, 14.10 and 14.15 of Efron and Tibshirani, An
 * Introduction to the Bootstrap, 1993.
 */
final class Bca {
  private static final NormalDistribution NORMAL = NormalDistribution.of(0, 1);

  private Bca() {}

  /**
   * Returns the interval for the mean of {@code values}, which must not all be equal. Quantiles
   * between resamples are interpolated linearly. For the bias correction, a resample with the same
   * sum as the sample counts as half below it: with whole numbers many resamples have.
   *
   * @param resampledSums the sum of the values in each resample
   */
  static Interval interval(double[] values, double[] resampledSums, double confidence) {
    double[] sorted = resampledSums.clone();
    Arrays.sort(sorted);
    double bias = normalQuantile(shareBelow(Samples.sum(values), sorted));
    double acceleration = acceleration(values);
    double tail = NORMAL.inverseCumulativeProbability((1 - confidence) / 2);
    double lower = sampleQuantile(sorted, adjusted(bias, bias + tail, acceleration));
    double upper = sampleQuantile(sorted, adjusted(bias, bias - tail, acceleration));
    return new Interval(lower / values.length, upper / values.length, confidence);
  }

  private static double shareBelow(double sum, double[] sorted) {
    int below = 0;
    int equal = 0;
    for (double resampled : sorted) {
      below += resampled < sum ? 1 : 0;
      equal += resampled == sum ? 1 : 0;
    }
    return (below + equal / 2.0) / sorted.length;
  }

  /**
   * Returns the normal quantile of a share. The share is limited to [10⁻⁶, 1 − 10⁻⁶], so that the
   * quantile is finite even if all resamples lie on one side of the sample.
   */
  private static double normalQuantile(double share) {
    double least = 1e-6;
    return NORMAL.inverseCumulativeProbability(Math.min(Math.max(share, least), 1 - least));
  }

  /**
   * Returns the acceleration. For a mean, the jackknife influence of an example is its distance
   * from the mean.
   */
  private static double acceleration(double[] values) {
    double mean = Samples.mean(values);
    double squares = 0;
    double cubes = 0;
    for (double value : values) {
      double distance = value - mean;
      squares += distance * distance;
      cubes += distance * distance * distance;
    }
    return cubes / (6 * squares * Math.sqrt(squares));
  }

  /** Returns α₁ or α₂ of formula 14.10, where {@code quantile} is bias plus normal quantile. */
  private static double adjusted(double bias, double quantile, double acceleration) {
    double stretch = 1 - acceleration * quantile;
    if (stretch <= 0) {
      // The formula has a pole where this is 0: take the limit before it.
      return quantile > 0 ? 1 : 0;
    }
    return NORMAL.cumulativeProbability(bias + quantile / stretch);
  }

  private static double sampleQuantile(double[] sorted, double share) {
    double position = share * (sorted.length - 1);
    int below = (int) position;
    if (below == sorted.length - 1) {
      return sorted[below];
    }
    return sorted[below] + (position - below) * (sorted[below + 1] - sorted[below]);
  }
}
