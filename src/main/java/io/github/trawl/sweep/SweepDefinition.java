package io.github.trawl.sweep;

import io.github.trawl.evaluation.task.Metric;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * What a sweep is to solve, to ask and to compare, as {@link SweepPlan} derives it.
 *
 * @param grid the points with their solves
 * @param blocks in which examples of the tasks are asked
 * @param tasks names of the tasks
 * @param metrics for each task, the one by which points are compared
 * @param reportedMetrics all metrics of the first task, which are reported as well
 * @param settings of the measurement
 */
record SweepDefinition(
    PlannedGrid grid,
    BlockPlan blocks,
    List<String> tasks,
    List<Metric> metrics,
    List<Metric> reportedMetrics,
    SweepSettings settings) {
  SweepDefinition {
    tasks = List.copyOf(tasks);
    metrics = List.copyOf(metrics);
    reportedMetrics = List.copyOf(reportedMetrics);
  }

  /**
   * Returns all models that may be asked: the unmodified one, those of the points in the order of
   * the grid, and those of the given steps. Each but the first is followed by its controls.
   *
   * @param composition the finished steps of the greedy composition
   */
  Stream<Contestant> contestants(List<CompositionStep> composition) {
    return Stream.of(
            Stream.of(Contestant.UNMODIFIED),
            grid.points().stream().map(Contestant::of).flatMap(this::withControls),
            composition.stream()
                .map(step -> composedContestant(step.points()))
                .flatMap(this::withControls))
        .flatMap(Function.identity());
  }

  private Stream<Contestant> withControls(Contestant contestant) {
    return Stream.concat(Stream.of(contestant), controls(contestant));
  }

  /** Returns the controls of a contestant. */
  Stream<Contestant> controls(Contestant contestant) {
    return IntStream.rangeClosed(1, settings.controls()).mapToObj(contestant::control);
  }

  /**
   * Returns the model to which the edits of all these points are applied.
   *
   * @param points names of points of the grid, in the order in which they were added
   */
  Contestant composedContestant(List<String> points) {
    Map<String, PlannedPoint> byId =
        grid.points().stream()
            .filter(planned -> points.contains(planned.point().id()))
            .collect(Collectors.toMap(planned -> planned.point().id(), Function.identity()));
    return new Contestant(points.stream().map(byId::get).toList(), 0);
  }

  /** Returns all blocks of validation examples, by which points are chosen. */
  List<ExampleBlock> validationBlocks() {
    return blocks.validationRounds().stream().flatMap(List::stream).toList();
  }
}
