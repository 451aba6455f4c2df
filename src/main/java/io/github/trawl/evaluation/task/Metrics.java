package io.github.trawl.evaluation.task;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Computes metrics from the results of examples. */
public final class Metrics {
  private Metrics() {}

  /**
   * Returns each metric for each split that has examples: all metrics of the first split, then
   * those of the next. The order of the results doesn't matter: sums run in the order of their
   * index.
   */
  public static List<MetricValue> of(List<Metric> metrics, List<ExampleResult> results) {
    List<ExampleResult> ordered =
        results.stream().sorted(Comparator.comparingInt(ExampleResult::index)).toList();
    List<MetricValue> values = new ArrayList<>();
    for (Split split : Split.values()) {
      List<ExampleResult> part =
          ordered.stream().filter(result -> split.holds(result.split())).toList();
      if (part.isEmpty()) {
        continue;
      }
      for (Metric metric : metrics) {
        Estimate estimate = metric.aggregation().of(part, metric.measure());
        values.add(
            new MetricValue(
                split,
                metric,
                part.size(),
                estimate.value(),
                estimate.standardError(),
                estimate.low(),
                estimate.high()));
      }
    }
    return values;
  }
}
