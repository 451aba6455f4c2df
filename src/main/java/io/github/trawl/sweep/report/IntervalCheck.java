package io.github.trawl.sweep.report;

/** Checks values that have an interval. */
final class IntervalCheck {
  private IntervalCheck() {}

  static void check(double value, double low, double high, int examples) {
    Require.finite("value", value);
    Require.finite("low", low);
    Require.finite("high", high);
    Require.that(
        low <= value && value <= high,
        value,
        " lies outside of its interval [",
        low,
        ", ",
        high,
        "]");
    Require.that(examples > 0, "a value over ", examples, " examples");
  }
}
