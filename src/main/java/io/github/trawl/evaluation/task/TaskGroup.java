package io.github.trawl.evaluation.task;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A group of tasks with averages of their metrics.
 *
 * @param name the name of the group, unique among tasks and groups
 * @param alias its name for tables
 * @param version its version, for the results file
 * @param children the names of the tasks and groups that it lists
 * @param tasks the names of all its tasks, those of the groups in it included
 * @param averages the averages, in the order of the results
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

  /**
   * Returns the group of some tasks, with the unweighted mean of each metric that all of them have.
   */
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
   * Returns each average over the group's tasks that have its metric, split by split. Values and
   * standard errors are computed as in lm-evaluation-harness: for a weighted average, the error is
   * that of the pooled examples of all tasks; else that of a mean of independent numbers. The 95 %
   * interval is that of the normal distribution.
   *
   * @param results the results of all tasks, of which those of the group are taken
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

  /**
   * Returns the averages that not all tasks of the group are in, with the number of tasks that are:
   * by the metric, and for a split that still fewer tasks have, as small tasks have no validation
   * examples, also by its name and the metric, such as {@code validation acc}.
   *
   * @param results the results of all tasks, of which those of the group are counted
   */
  public Map<String, Integer> ofFewer(List<TaskResults> results) {
    Map<String, Integer> counts = new LinkedHashMap<>();
    for (GroupAverage average : averages) {
      int all = count(Split.ALL, average.metric(), results);
      if (all < tasks.size()) {
        counts.put(average.metric().label(), all);
      }
      for (Split split : List.of(Split.VALIDATION, Split.TEST)) {
        int some = count(split, average.metric(), results);
        if (some > 0 && some < all) {
          counts.put(split.label() + " " + average.metric().label(), some);
        }
      }
    }
    return counts;
  }

  private int count(Split split, Metric metric, List<TaskResults> results) {
    return (int)
        results.stream()
            .filter(task -> tasks.contains(task.definition().name()))
            .filter(
                task ->
                    task.values().stream()
                        .anyMatch(value -> value.split() == split && value.metric() == metric))
            .count();
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
