package io.github.trawl.evaluation.task;

import java.util.List;

/**
 * What a model scored on a task.
 *
 * @param definition the task's definition
 * @param rowCount the number of rows of its data, before any filter or limit
 * @param values the values of its metrics for each split
 */
public record TaskResults(TaskDefinition definition, int rowCount, List<MetricValue> values) {
  /** Copies the list. */
  public TaskResults {
    values = List.copyOf(values);
  }

  /** Returns the results of a task, computed from those of its examples. */
  public static TaskResults of(Task task, List<ExampleResult> results) {
    return new TaskResults(
        task.definition(), task.rowCount(), Metrics.of(task.definition().metrics(), results));
  }

  /** Returns the number of examples of a split that were scored. */
  int examples(Split split) {
    return values.stream()
        .filter(value -> value.split() == split)
        .mapToInt(MetricValue::examples)
        .findFirst()
        .orElse(0);
  }
}
