package io.github.trawl.sweep.report;

/**
 * The metric by which a sweep chooses points.
 *
 * @param name as a person reads it, such as {@code accuracy}
 * @param proportion whether values lie in [0, 1] and are shown in per cent
 * @param higherIsBetter whether a larger value is the better one
 */
public record SelectionMetric(String name, boolean proportion, boolean higherIsBetter) {
  /** The share of examples that are answered correctly. */
  public static final SelectionMetric ACCURACY = new SelectionMetric("accuracy", true, true);

  public SelectionMetric {
    Require.requireNotBlank("name", name);
  }

  /** Returns whether a difference of values is an improvement. */
  boolean improves(double difference) {
    return higherIsBetter ? difference > 0 : difference < 0;
  }
}
