package io.github.trawl.evaluation.task;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Tasks with averages of their metrics.
 *
 * @param name unique among tasks and groups
 * @param alias its name for tables
 * @param version for the results file
 * @param children names of the tasks and groups that it lists
 * @param tasks names of all its tasks, those of the groups in it included
 * @param averages in the order of the results
 */
public record TaskGroup(
    String name,
    String alias,
    String version,
    List<String> children,
    List<String> tasks,
    List<GroupAverage> averages) {
  private static final String WITHOUT_VERSION = "N/A";

  /** Copies the lists. */
  public TaskGroup {
    children = List.copyOf(children);
    tasks = List.copyOf(tasks);
    averages = List.copyOf(averages);
  }

  /** All of several tasks: the mean of each metric that all have, each task counted once. */
  public static TaskGroup of(List<TaskDefinition> tasks) {
    Set<Metric> shared = new LinkedHashSet<>(tasks.get(0).metrics());
    tasks.forEach(task -> shared.retainAll(task.metrics()));
    List<String> names = tasks.stream().map(TaskDefinition::name).toList();
    return new TaskGroup(
        "average",
        "average",
        WITHOUT_VERSION,
        names,
        names,
        shared.stream().map(metric -> new GroupAverage(metric, false)).toList());
  }

  /**
   * The averages for each split, splits outermost, over those of the group's tasks that have the
   * metric. Value and standard error are lm-evaluation-harness's: weighted, the error is that of
   * the examples of all tasks pooled, else that of a mean of independent numbers. The 95 % interval
   * is the normal one.
   *
   * @param results of all tasks
   */
  public List<MetricValue> values(List<TaskResults> results) {
    List<MetricValue> values = new ArrayList<>();
    for (Split split : Split.values()) {
      for (GroupAverage average : averages) {
        List<MetricValue> parts =
            results.stream()
                .filter(result -> tasks.contains(result.definition().name()))
                .flatMap(result -> result.values().stream())
                .filter(value -> value.split() == split && value.metric() == average.metric())
                .toList();
        if (!parts.isEmpty()) {
          values.add(average(split, average, parts));
        }
      }
    }
    return values;
  }

  private static MetricValue average(Split split, GroupAverage average, List<MetricValue> parts) {
    double sum = 0;
    double weights = 0;
    double variance = 0;
    int examples = 0;
    for (MetricValue part : parts) {
      double size = part.examples();
      double weight = average.weighted() ? size : 1;
      sum += part.value() * weight;
      weights += weight;
      variance +=
          part.standardError()
              * part.standardError()
              * (average.weighted() ? (size - 1) * size : 1);
      examples += part.examples();
    }
    double error =
        average.weighted()
            ? Math.sqrt(variance / (examples - parts.size()) / examples)
            : Math.sqrt(variance) / parts.size();
    Estimate estimate = Estimate.normal(sum / weights, error);
    return new MetricValue(
        split,
        average.metric(),
        examples,
        estimate.value(),
        estimate.standardError(),
        estimate.low(),
        estimate.high());
  }
}
