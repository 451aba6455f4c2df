package io.github.trawl.evaluation;

import io.github.trawl.evaluation.model.NumberType;
import io.github.trawl.evaluation.task.ExampleResult;
import io.github.trawl.evaluation.task.MetricValue;
import io.github.trawl.evaluation.task.TaskDefinition;
import io.github.trawl.evaluation.task.TaskGroup;
import io.github.trawl.evaluation.task.TaskResults;
import io.github.trawl.evaluation.task.TaskSamples;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;

/**
 * The results of all candidates on a task.
 *
 * @param definition the settings of the task
 * @param rows the number of rows of the data, before any limit
 * @param examples the number of examples that were evaluated
 * @param candidates the unmodified model first, then the others in the order in which the user
 *     named them
 * @param samples the examples as lm-evaluation-harness's samples files have them
 * @param tokens the tokens in the questions and continuations of all candidates, without padding
 * @param devices the types of the devices that computed: {@code cpu}, {@code cuda}
 * @param processors the type of each processor that computed, with its instruction sets for matrix
 *     products
 * @param seconds the time that the evaluation took
 * @param maxLength the most tokens that the model was given at a time
 * @param numbers the type of number in which the model computed
 */
public record TaskReport(
    TaskDefinition definition,
    int rows,
    int examples,
    List<CandidateReport> candidates,
    TaskSamples samples,
    long tokens,
    SortedSet<String> devices,
    SortedSet<String> processors,
    double seconds,
    int maxLength,
    NumberType numbers) {
  /**
   * The results of a candidate on the task.
   *
   * @param name the name of the candidate
   * @param results the result of each example, in the order of the examples
   * @param metrics the value of each metric on each split
   */
  public record CandidateReport(
      String name, List<ExampleResult> results, List<MetricValue> metrics) {}

  /** Returns the metrics of the candidate at index {@code candidate}. */
  TaskResults results(int candidate) {
    return new TaskResults(definition, rows, candidates.get(candidate).metrics());
  }

  /**
   * Returns a group of all tasks, for their averages, if there are several tasks, no groups, and a
   * metric that all tasks have; else empty.
   */
  static Optional<TaskGroup> allTasksGroup(List<TaskReport> reports, List<TaskGroup> groups) {
    return reports.size() < 2 || !groups.isEmpty()
        ? Optional.empty()
        : Optional.of(TaskGroup.of(reports.stream().map(TaskReport::definition).toList()))
            .filter(group -> !group.averages().isEmpty());
  }
}
