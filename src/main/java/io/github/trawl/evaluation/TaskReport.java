package io.github.trawl.evaluation;

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
 * The results of a task.
 *
 * @param definition of the task
 * @param rows that the data has, before any limit
 * @param examples that were evaluated
 * @param candidates the unmodified model first, then the others in the order in which the user
 *     named them
 * @param samples the examples as the harness's samples files have them
 * @param tokens that went through the candidates, without padding
 * @param devices types of those that computed: {@code cpu}, {@code cuda}
 * @param seconds from the first question to the last answer
 * @param maxLength the most tokens that the model was given at a time
 */
public record TaskReport(
    TaskDefinition definition,
    int rows,
    int examples,
    List<CandidateReport> candidates,
    TaskSamples samples,
    long tokens,
    SortedSet<String> devices,
    double seconds,
    int maxLength) {
  /**
   * The results of a candidate.
   *
   * @param name of the candidate
   * @param results in the order of the examples
   * @param metrics of the splits
   */
  public record CandidateReport(
      String name, List<ExampleResult> results, List<MetricValue> metrics) {}

  /** What candidate number {@code candidate} scored. */
  TaskResults results(int candidate) {
    return new TaskResults(definition, rows, candidates.get(candidate).metrics());
  }

  /**
   * All tasks as a group, for averages where the user has named several tasks and no groups; empty
   * if there are no averages to give.
   */
  static Optional<TaskGroup> together(List<TaskReport> reports, List<TaskGroup> groups) {
    return reports.size() < 2 || !groups.isEmpty()
        ? Optional.empty()
        : Optional.of(TaskGroup.of(reports.stream().map(TaskReport::definition).toList()))
            .filter(group -> !group.averages().isEmpty());
  }
}
