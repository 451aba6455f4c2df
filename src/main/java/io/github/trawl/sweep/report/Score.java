package io.github.trawl.sweep.report;

/**
 * A value of the metric over some examples, with its interval over examples.
 *
 * @param value in units of the metric: accuracy 0.254, not 25.4
 * @param low lower end of the interval, at most {@code value}
 * @param high upper end of the interval, at least {@code value}
 * @param examples how many examples it is the mean of, at least 1
 */
public record Score(double value, double low, double high, int examples) {
  /**
   * Checks the order of the ends.
   *
   * @throws IllegalArgumentException if a number isn't finite, the value lies outside of the
   *     interval or there are no examples
   */
  public Score {
    IntervalCheck.check(value, low, high, examples);
  }
}
