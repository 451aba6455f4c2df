package io.github.trawl.denoise;

import io.github.trawl.Progress;
import io.github.trawl.checkpoint.Checkpoint;
import io.github.trawl.checkpoint.Staging;
import io.github.trawl.factors.FactorFile;
import io.github.trawl.plan.PlannedSolve;
import io.github.trawl.plan.SolvePlan;
import io.github.trawl.solve.SolveSettings;
import io.github.trawl.solve.StackRequest;
import io.github.trawl.solve.StackResult;
import io.github.trawl.solve.StackSink;
import io.github.trawl.solve.StackSolver;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.api.java.JavaSparkContext;

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
    List<StackRequest> requests =
        plan.solves().stream()
            .map(solve -> new StackRequest(solve, request.options(), file(solve)))
            .toList();
    Map<StackRequest, StackResult> results = new HashMap<>();
    try (Progress.Bar bar = progress.start("stacks", requests.size())) {
      new StackSolver(
              spark,
              checkpoint,
              new SolveSettings(
                  request.limits(), request.threads(), staging, /* continuesOnFailure= */ false))
          .run("decompose " + requests.size() + " stacks", requests, new Results(results, bar));
    }
    return requests.stream().map(results::get).toList();
  }

  private static String file(PlannedSolve solve) {
    return FactorFile.relativePath(solve.stack().name());
  }

  private record Results(Map<StackRequest, StackResult> results, Progress.Bar bar)
      implements StackSink {
    @Override
    public void solved(StackRequest request, StackResult result) {
      results.put(request, result);
      bar.step(result.stack() + " fit " + Progress.formatFit(result.bestFit()));
    }

    @Override
    public void iterated(StackRequest request, int iteration, double bestFit) {
      bar.note(
          "%s iteration %d, fit %s"
              .formatted(request.stack(), iteration, Progress.formatFit(bestFit)));
    }
  }
}
