package io.github.trawl.sweep.statistics;

/**
 * A confidence interval.
 *
 * @param lower its lower end
 * @param upper its upper end, not below {@code lower}
 * @param confidence how often such an interval holds the true value, between 0 and 1
 */
public record Interval(double lower, double upper, double confidence) {
  /** Whether {@code value} is in it, ends included. */
  public boolean contains(double value) {
    return lower <= value && value <= upper;
  }
}
