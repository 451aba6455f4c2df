package io.github.trawl.sweep.statistics;

/**
 * A confidence interval.
 *
 * @param lower its lower end
 * @param upper its upper end, not below {@code lower}
 * @param confidence the probability with which such an interval contains the true value, such as
 *     0.95
 */
public record Interval(double lower, double upper, double confidence) {
  /** Returns whether {@code value} is in the interval, ends included. */
  public boolean contains(double value) {
    return lower <= value && value <= upper;
  }
}
