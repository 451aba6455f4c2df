package io.github.trawl.evaluation.task;

/**
 * A number with its uncertainty.
 *
 * @param value the number
 * @param standardError its standard error over samples of examples; NaN if there is none
 * @param low the lower end of the 95 % interval; NaN if there is none
 * @param high its upper end
 */
public record Estimate(double value, double standardError, double low, double high) {
  /** The 97.5 % quantile of the standard normal distribution. */
  private static final double Z = 1.959963984540054;

  /** Returns a number whose uncertainty is not estimated. */
  static Estimate exact(double value) {
    return new Estimate(value, Double.NaN, Double.NaN, Double.NaN);
  }

  /** Returns a number with a standard error and the interval of the normal distribution. */
  static Estimate normal(double value, double error) {
    return new Estimate(value, error, value - Z * error, value + Z * error);
  }

  /**
   * Returns the mean, its standard error sqrt(s² / n), and the interval of the normal distribution.
   */
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

  /** Returns the share of ones among zeros and ones, with Wilson's score interval (1927). */
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

  /**
   * Returns exp(−x) for this estimate x: the standard error by the delta method, the interval by
   * mapping its ends.
   */
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
