package io.github.trawl.sweep;

import io.github.trawl.evaluation.task.Metric;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * All that decides what a sweep does and gives.
 *
 * @param grid the points with their solves
 * @param blocks in which examples are asked
 * @param tasks names of the tasks
 * @param metrics for each task the one by which points are compared
 * @param reported the metrics of the first task, which are reported besides
 * @param settings of the measurement
 */
record SweepDefinition(
    SolveGrid grid,
    BlockPlan blocks,
    List<String> tasks,
    List<Metric> metrics,
    List<Metric> reported,
    SweepSettings settings) {
  SweepDefinition {
    tasks = List.copyOf(tasks);
    metrics = List.copyOf(metrics);
    reported = List.copyOf(reported);
  }

  /**
   * Whoever may be asked: the unmodified model, then the points in the order of the grid, each
   * followed by its controls.
   */
  Stream<Contestant> contestants() {
    return Stream.concat(
        Stream.of(Contestant.UNMODIFIED),
        grid.points().stream()
            .flatMap(point -> Stream.concat(Stream.of(Contestant.of(point)), controls(point))));
  }

  /** The controls of a point. */
  Stream<Contestant> controls(PlannedPoint point) {
    return IntStream.rangeClosed(1, settings.controls())
        .mapToObj(number -> Contestant.control(point, number));
  }

  /** All examples by which points are chosen. */
  List<ExampleBlock> validation() {
    return blocks.validation().stream().flatMap(List::stream).toList();
  }
}
