package io.github.trawl.evaluation.task;

/**
 * A number with its uncertainty.
 *
 * @param value the number
 * @param standardError of the number over samples of examples; NaN if there is none
 * @param low the lower end of the 95 % interval; NaN if there is none
 * @param high its upper end
 */
public record Estimate(double value, double standardError, double low, double high) {
  /** The 97.5 % quantile of the standard normal distribution. */
  private static final double Z = 1.959963984540054;

  /** A number whose uncertainty is not estimated. */
  static Estimate exact(double value) {
    return new Estimate(value, Double.NaN, Double.NaN, Double.NaN);
  }

  /** A number with a standard error and the normal interval. */
  static Estimate normal(double value, double error) {
    return new Estimate(value, error, value - Z * error, value + Z * error);
  }

  /** The mean with the error of the sample, sqrt(s² / n), and the normal interval. */
  public static Estimate ofMean(double[] values) {
    double mean = mean(values);
    double squares = 0;
    for (double value : values) {
      squares += (value - mean) * (value - mean);
    }
    double error =
        values.length > 1 ? Math.sqrt(squares / (values.length - 1) / values.length) : Double.NaN;
    return normal(mean, error);
  }

  /** The mean of zeros and ones with Wilson's score interval (1927), which stays within [0, 1]. */
  public static Estimate ofShare(double[] values) {
    double n = values.length;
    Estimate mean = ofMean(values);
    double share = mean.value;
    double scale = 1 + Z * Z / n;
    double centre = (share + Z * Z / (2 * n)) / scale;
    double half = Z / scale * Math.sqrt(share * (1 - share) / n + Z * Z / (4 * n * n));
    return new Estimate(
        share, mean.standardError, Math.max(0, centre - half), Math.min(1, centre + half));
  }

  /** exp(−x), its error by the delta method, its interval by mapping the ends. */
  Estimate exponentialOfNegative() {
    double result = Math.exp(-value);
    return new Estimate(result, result * standardError, Math.exp(-high), Math.exp(-low));
  }

  private static double mean(double[] values) {
    double sum = 0;
    for (double value : values) {
      sum += value;
    }
    return sum / values.length;
  }
}
