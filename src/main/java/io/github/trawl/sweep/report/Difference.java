package io.github.trawl.sweep.report;

/**
 * A point's value minus the unmodified model's on the same examples.
 *
 * @param value in units of the metric: +2.2 percentage points of accuracy are 0.022
 * @param low lower end of the paired interval, at most {@code value}
 * @param high upper end of the paired interval, at least {@code value}
 * @param pValue of the paired test of this one point, in [0, 1], such as McNemar's exact test for
 *     accuracy
 * @param examples how many examples both answered, at least 1
 */
public record Difference(double value, double low, double high, double pValue, int examples) {
  /**
   * Checks the order of the ends and the p value.
   *
   * @throws IllegalArgumentException if a number isn't finite, the value lies outside of the
   *     interval, the p value outside of [0, 1] or there are no examples
   */
  public Difference {
    IntervalCheck.check(value, low, high, examples);
    Require.probability("pValue", pValue);
  }

  /** Returns whether the interval contains zero: the examples don't distinguish the two models. */
  boolean isNoise() {
    return low <= 0 && high >= 0;
  }
}
