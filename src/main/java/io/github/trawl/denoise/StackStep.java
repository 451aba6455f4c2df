package io.github.trawl.denoise;

import io.github.trawl.Progress;
import io.github.trawl.architecture.WeightSlice;
import io.github.trawl.checkpoint.Checkpoint;
import io.github.trawl.checkpoint.Staging;
import io.github.trawl.plan.PlannedSolve;
import io.github.trawl.plan.SolvePlan;
import io.github.trawl.spark.JobFailure;
import io.github.trawl.spark.RunningResults;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.util.SerializableConfiguration;

/** The step of a run that decomposes all stacks and writes their factors. */
final class StackStep {
  private final JavaSparkContext spark;
  private final Progress progress;
  private final DenoiseRequest request;
  private final SolvePlan plan;

  StackStep(JavaSparkContext spark, Progress progress, DenoiseRequest request, SolvePlan plan) {
    this.spark = spark;
    this.progress = progress;
    this.request = request;
    this.plan = plan;
  }

  /**
   * Solves every tensor of the plan.
   *
   * @param staging where the factor files are written
   * @return the results in the order of the plan
   */
  List<StackResult> run(Checkpoint checkpoint, Staging staging) {
    Map<String, StackTask> tasks = tasks(checkpoint, staging);
    Map<String, StackResult> results = new HashMap<>();
    try (Progress.Bar bar = progress.start("stacks", tasks.size())) {
      for (PlannedSolve solve : plan.solves()) {
        if (solve.spread()) {
          StackTask task = tasks.get(solve.stack().name());
          results.put(task.name(), solveSpread(task, bar));
          bar.step(fitOf(results.get(task.name())));
        }
      }
      // Large ones first: the last task to end then is a short one.
      List<StackTask> inTasks =
          plan.solves().stream()
              .filter(solve -> !solve.spread())
              .map(solve -> tasks.get(solve.stack().name()))
              .sorted(Comparator.comparingLong(StackTask::bytes).reversed())
              .toList();
      if (!inTasks.isEmpty()) {
        spark.setJobDescription("decompose " + inTasks.size() + " stacks");
        RunningResults.collect(
                spark, "stacks", inTasks, StackTask::run, result -> bar.step(fitOf(result)))
            .forEach(result -> results.put(result.stack(), result));
      }
    }
    return plan.solves().stream().map(solve -> results.get(solve.stack().name())).toList();
  }

  private Map<String, StackTask> tasks(Checkpoint checkpoint, Staging staging) {
    SerializableConfiguration hadoop = new SerializableConfiguration(spark.hadoopConfiguration());
    int threads =
        plan.threadsPerTask(request.threads(), spark.isLocal(), spark.defaultParallelism());
    Map<String, StackTask> tasks = new HashMap<>();
    for (PlannedSolve solve : plan.solves()) {
      tasks.put(
          solve.stack().name(),
          new StackTask(
              solve.stack().name(),
              new CheckpointSource(checkpoint, solve.stack(), hadoop),
              solve.stack().slices().stream().map(WeightSlice::label).toList(),
              request.options(),
              staging,
              request.limits().offHeapBytes(),
              threads,
              hadoop));
    }
    return tasks;
  }

  private StackResult solveSpread(StackTask task, Progress.Bar bar) {
    long start = System.nanoTime();
    long memory = request.limits().offHeapBytes();
    try {
      StackSolver.Spread solved =
          new StackSolver(request.options(), memory)
              .solveSpread(
                  spark,
                  task.name(),
                  task.source(),
                  request.limits().blockBytes(),
                  memory,
                  (iteration, members, bestFit) ->
                      bar.note(
                          "%s iteration %d, fit %s"
                              .formatted(task.name(), iteration, Progress.fit(bestFit))));
      return task.write(solved.decompositions(), solved.arithmetic(), start);
    } catch (Exception e) {
      throw JobFailure.of(task.name(), e);
    }
  }

  private static String fitOf(StackResult result) {
    return result.stack() + " fit " + Progress.fit(result.bestFit());
  }
}
