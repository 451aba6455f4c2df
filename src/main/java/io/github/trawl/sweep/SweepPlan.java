package io.github.trawl.sweep;

import io.github.trawl.ErrorCategory;
import io.github.trawl.TrawlException;
import io.github.trawl.architecture.Architecture;
import io.github.trawl.checkpoint.Checkpoint;
import io.github.trawl.evaluation.EvaluationSession;
import io.github.trawl.evaluation.PlannedTask;
import io.github.trawl.evaluation.model.LanguageModels;
import io.github.trawl.evaluation.task.Metric;
import io.github.trawl.evaluation.task.Split;
import io.github.trawl.plan.Hardware;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.hadoop.conf.Configuration;

/** What a sweep would do and cost. Preparing the plan finds the mistakes in the grid. */
public final class SweepPlan {
  private final SweepDefinition definition;
  private final SweepEstimate estimate;

  private SweepPlan(SweepDefinition definition, SweepEstimate estimate) {
    this.definition = definition;
    this.estimate = estimate;
  }

  /**
   * Plans a sweep.
   *
   * @throws TrawlException of category {@code USAGE} if the grid does not suit the model, a point
   *     is impossible, or the tasks have too few validation examples or metrics by which points
   *     can't be compared; of category {@code BAD_INPUT} if the checkpoint does not fit its
   *     architecture or a selected matrix can't be decomposed
   */
  public static SweepPlan prepare(
      SweepRequest request, EvaluationSession session, Configuration hadoop) {
    Checkpoint checkpoint = session.checkpoint();
    Architecture architecture =
        Architecture.of(checkpoint, request.evaluation().architecture(), hadoop);
    int layers = PlannedGrid.layers(architecture, checkpoint);
    List<Point> points = request.grid().points(layers);
    PlannedGrid grid = PlannedGrid.of(points, architecture, checkpoint, request.limits());
    List<PlannedTask> tasks = session.tasks();
    BlockPlan blocks =
        BlockPlan.of(tasks.stream().map(SweepPlan::splits).toList(), request.settings());
    requireValidation(tasks, blocks);
    SweepDefinition definition =
        new SweepDefinition(
            grid,
            blocks,
            tasks.stream().map(task -> task.definition().name()).toList(),
            metrics(tasks, request.settings()),
            tasks.get(0).definition().metrics(),
            request.settings());
    return new SweepPlan(
        definition,
        new SweepEstimate(
            definition,
            LanguageModels.cost(checkpoint, session.numberType()),
            tasks,
            session.streamed(),
            session.numberType(),
            session.residentWeightBytes(),
            request.evaluation().memoryBytes()));
  }

  private static List<Split> splits(PlannedTask task) {
    return IntStream.range(0, task.examples()).mapToObj(task::split).toList();
  }

  private static void requireValidation(List<PlannedTask> tasks, BlockPlan blocks) {
    for (int task = 0; task < tasks.size(); task++) {
      int index = task;
      boolean has =
          blocks.validationRounds().stream()
              .flatMap(List::stream)
              .anyMatch(block -> block.task() == index);
      if (!has) {
        throw usage(
            "task %s has no validation examples, by which points are compared; give it more rows or a larger validation_fraction"
                .formatted(tasks.get(task).definition().name()));
      }
    }
    if (blocks.validationExamples() < 2) {
      throw usage(
          "a single validation example is too little to compare points by; give the task more rows or a larger validation_fraction");
    }
  }

  /**
   * Returns the metric of each task. Values of several tasks are compared together, so their
   * metrics must be of the same kind and direction.
   */
  private static List<Metric> metrics(List<PlannedTask> tasks, SweepSettings settings) {
    List<Metric> metrics = new ArrayList<>();
    for (PlannedTask task : tasks) {
      List<Metric> known = task.definition().metrics();
      Metric metric = settings.metric().orElse(known.get(0));
      if (!known.contains(metric)) {
        throw usage(
            "--metric %s: task %s has no such metric; give one of %s"
                .formatted(
                    metric.label(),
                    task.definition().name(),
                    String.join(", ", known.stream().map(Metric::label).toList())));
      }
      if (!metric.isShownAsMean()) {
        throw usage(
            "task %s is measured by %s, which is no mean over examples, so points can't be compared by it; give --metric or another task"
                .formatted(task.definition().name(), metric.label()));
      }
      if (!metrics.isEmpty()
          && (metric.isShare() != metrics.get(0).isShare()
              || metric.higherIsBetter() != metrics.get(0).higherIsBetter())) {
        throw usage(
            "%s of task %s and %s of task %s can't be compared together; give --metric or sweep the tasks one by one"
                .formatted(
                    metrics.get(0).label(),
                    tasks.get(0).definition().name(),
                    metric.label(),
                    task.definition().name()));
      }
      metrics.add(metric);
    }
    return metrics;
  }

  /**
   * Returns the plan as text: points, solves, bytes, evaluations, and the time that each part may
   * take.
   */
  public String text(Hardware hardware) {
    return estimate.text(hardware);
  }

  /**
   * Refuses a grid that is so large that it is probably a mistake.
   *
   * @throws TrawlException of category {@code USAGE} if it is
   */
  public void requirePlausibleSize(Hardware hardware) {
    estimate.requirePlausibleSize(hardware);
  }

  SweepDefinition definition() {
    return definition;
  }

  private static TrawlException usage(String message) {
    return new TrawlException(ErrorCategory.USAGE, message);
  }
}
