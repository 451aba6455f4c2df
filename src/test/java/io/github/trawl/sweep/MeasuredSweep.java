package io.github.trawl.sweep;

import io.github.trawl.Progress;
import io.github.trawl.decomposition.DecompositionMethod;
import io.github.trawl.decomposition.DecompositionMethods;
import io.github.trawl.evaluation.EvaluationRequest;
import io.github.trawl.evaluation.EvaluationSession;
import io.github.trawl.evaluation.model.DeviceChoice;
import io.github.trawl.plan.SolveLimits;
import io.github.trawl.plan.Strategy;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;

/** Real sweeps of a small model. */
public final class MeasuredSweep {
  private MeasuredSweep() {}

  /** CP of ranks 2 and 4 with three seeds and an SVD of ratio 0.1, with a race in two rounds. */
  public static void race(SparkSession spark, Path model, Path task, Path output) {
    race(JavaSparkContext.fromSparkContext(spark.sparkContext()), model, task, path(output));
  }

  /** The same in any storage. */
  static void race(
      JavaSparkContext spark, Path model, Path task, org.apache.hadoop.fs.Path output) {
    List<DecompositionSize> ranks =
        List.of(new DecompositionSize.Rank(2), new DecompositionSize.Rank(4));
    Grid grid =
        new Grid(
            List.of(
                entry(DecompositionMethods.CP, ranks, List.of(1L, 2L, 3L)),
                entry(
                    DecompositionMethods.SVD,
                    List.of(new DecompositionSize.Ratio(0.1)),
                    List.of(0L))),
            List.of(),
            List.of());
    SweepSettings settings =
        new SweepSettings(
            Screening.RACE,
            0.05,
            8,
            2,
            0,
            Optional.empty(),
            2,
            0,
            Composition.NONE,
            2,
            OptionalInt.empty(),
            Optional.empty());
    run(spark, model, task, output, grid, settings);
  }

  static void run(
      SparkSession spark, Path model, Path task, Path output, Grid grid, SweepSettings settings) {
    run(
        JavaSparkContext.fromSparkContext(spark.sparkContext()),
        model,
        task,
        path(output),
        grid,
        settings);
  }

  private static void run(
      JavaSparkContext spark,
      Path model,
      Path task,
      org.apache.hadoop.fs.Path output,
      Grid grid,
      SweepSettings settings) {
    SweepRequest request =
        new SweepRequest(
            output,
            grid,
            settings,
            new EvaluationRequest(
                path(model),
                Optional.empty(),
                List.of(task.resolve("words.yaml").toString()),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                List.of(),
                16,
                DeviceChoice.CPU,
                1L << 28),
            new SolveLimits(1L << 28, 1L << 30, 1 << 20),
            OptionalInt.of(1),
            Duration.ofSeconds(60),
            "grid: …");
    Configuration hadoop = new Configuration();
    try (EvaluationSession session = EvaluationSession.prepare(request.evaluation(), hadoop)) {
      new SweepJob(spark, Progress.NONE)
          .run(request, session, SweepPlan.prepare(request, session, hadoop));
    }
  }

  /** Each layer by itself, both of its FC matrices together. */
  static GridEntry entry(
      DecompositionMethod method, List<DecompositionSize> sizes, List<Long> seeds) {
    return new GridEntry(
        List.of(Strategy.LAYER),
        List.of("fc"),
        List.of("each"),
        List.of(method),
        sizes,
        seeds,
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty());
  }

  private static org.apache.hadoop.fs.Path path(Path path) {
    return new org.apache.hadoop.fs.Path(path.toUri());
  }
}
