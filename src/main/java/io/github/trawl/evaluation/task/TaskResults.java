package io.github.trawl.evaluation.task;

import java.util.List;

/**
 * What a model scored on a task.
 *
 * @param definition of the task
 * @param rows of its data, before any limit
 * @param values of its metrics for each split
 */
public record TaskResults(TaskDefinition definition, int rows, List<MetricValue> values) {
  /** Copies the list. */
  public TaskResults {
    values = List.copyOf(values);
  }

  /** Sums up the results of a task's examples. */
  public static TaskResults of(Task task, List<ExampleResult> results) {
    return new TaskResults(
        task.definition(), task.rows(), Metrics.of(task.definition().metrics(), results));
  }

  /** The examples of a split that were scored. */
  int examples(Split split) {
    return values.stream()
        .filter(value -> value.split() == split)
        .mapToInt(MetricValue::examples)
        .findFirst()
        .orElse(0);
  }
}
