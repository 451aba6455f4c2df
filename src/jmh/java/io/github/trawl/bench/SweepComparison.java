package io.github.trawl.bench;

import io.github.trawl.Progress;
import io.github.trawl.decomposition.DecompositionMethod;
import io.github.trawl.decomposition.DecompositionMethods;
import io.github.trawl.evaluation.EvaluationJob;
import io.github.trawl.evaluation.EvaluationPlan;
import io.github.trawl.evaluation.EvaluationRequest;
import io.github.trawl.evaluation.EvaluationSession;
import io.github.trawl.evaluation.model.DeviceChoice;
import io.github.trawl.plan.SolveLimits;
import io.github.trawl.plan.Strategy;
import io.github.trawl.sweep.Composition;
import io.github.trawl.sweep.DecompositionSize;
import io.github.trawl.sweep.Grid;
import io.github.trawl.sweep.GridEntry;
import io.github.trawl.sweep.NoWork;
import io.github.trawl.sweep.Screening;
import io.github.trawl.sweep.SweepJob;
import io.github.trawl.sweep.SweepPlan;
import io.github.trawl.sweep.SweepRequest;
import io.github.trawl.sweep.SweepSettings;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.apache.spark.api.java.JavaSparkContext;

/**
 * A sweep over the FC matrices of the last two layers, solves and answers and all, beside as many
 * evaluations of the whole model; and what the ledger takes for points of no work.
 */
final class SweepComparison implements Comparison {
  private static final long MEMORY = 4L << 30;

  /** Seconds for a point of no work. */
  private static final double MOST_OVERHEAD = 0.005;

  private int runs;

  @Override
  public List<Row> measure(Setting setting) throws IOException {
    List<Row> rows = new ArrayList<>();
    rows.add(overhead(setting));
    String peer = "the whole model for each point";
    if (setting.options().model().isEmpty()) {
      rows.add(Row.leftOut("sweep", "a sweep of the last two layers", peer, "needs --model"));
      return rows;
    }
    Path model = setting.options().model().get();
    try (JavaSparkContext spark = new JavaSparkContext(PrefixComparison.conf(setting.threads()))) {
      spark.setLogLevel("ERROR");
      Grid grid = grid(setting.quick());
      int points = setting.quick() ? 6 : 24;
      for (Screening screening : Screening.values()) {
        Timing.Pair pair =
            Timing.inTurns(
                setting.quick() ? 0 : 1,
                setting.quick() ? 1 : 3,
                () -> sweep(spark, setting.absent("sweep-" + runs++), model, grid, screening),
                () -> evaluate(spark, model));
        rows.add(
            Row.seconds(
                    "sweep",
                    screening == Screening.RACE
                        ? "a raced sweep of %d points".formatted(points)
                        : "a sweep of %d points that all see all examples".formatted(points),
                    peer,
                    pair.ours(),
                    pair.theirs().times(points + 1.0))
                .note(
                    "%s, 1,530 world facts; ours with the solves, the ledger and the statistics; theirs from one evaluation, without solves"
                        .formatted(model.getFileName())));
      }
    }
    return rows;
  }

  private Row overhead(Setting setting) throws IOException {
    int points = setting.quick() ? 1_000 : 10_000;
    long start = System.nanoTime();
    NoWork.sweep(setting.absent("no-work-" + runs++), points);
    double each = (System.nanoTime() - start) / 1e9 / points;
    return Row.seconds(
            "sweep",
            "a point of no work, mean of %,d".formatted(points),
            "the most that it may take",
            Samples.of(each),
            Samples.of(MOST_OVERHEAD))
        .atLeast(1)
        .note("local disk; the answers to 20 validation and 20 test examples of each point");
  }

  private static Grid grid(boolean quick) {
    List<GridEntry> entries = new ArrayList<>();
    for (DecompositionMethod method :
        List.of(DecompositionMethods.CP, DecompositionMethods.TUCKER)) {
      entries.add(entry(method, ranks(quick)));
    }
    entries.add(
        entry(
            DecompositionMethods.SVD,
            quick
                ? List.of(new DecompositionSize.Ratio(.1))
                : List.of(
                    new DecompositionSize.Ratio(.05),
                    new DecompositionSize.Ratio(.1),
                    new DecompositionSize.Ratio(.4))));
    return new Grid(entries, List.of(), List.of());
  }

  private static List<DecompositionSize> ranks(boolean quick) {
    return quick
        ? List.of(new DecompositionSize.Rank(64))
        : List.of(
            new DecompositionSize.Rank(16),
            new DecompositionSize.Rank(64),
            new DecompositionSize.Rank(256));
  }

  private static GridEntry entry(DecompositionMethod method, List<DecompositionSize> sizes) {
    return new GridEntry(
        List.of(Strategy.LAYER),
        List.of("fc"),
        List.of("each:last:2"),
        List.of(method),
        sizes,
        sizes.size() > 1 ? List.of(1L, 2L) : List.of(1L),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty());
  }

  private static void sweep(
      JavaSparkContext spark, Path output, Path model, Grid grid, Screening screening) {
    SweepRequest request =
        new SweepRequest(
            PrefixComparison.hadoop(output),
            grid,
            new SweepSettings(
                screening,
                0.05,
                64,
                2,
                0,
                Optional.empty(),
                3,
                0,
                Composition.NONE,
                1,
                OptionalInt.empty(),
                Optional.empty()),
            request(model),
            new SolveLimits(MEMORY, MEMORY, 1L << 26),
            OptionalInt.empty(),
            Duration.ofMinutes(5),
            "");
    try (EvaluationSession session =
        EvaluationSession.prepare(request.evaluation(), spark.hadoopConfiguration())) {
      SweepPlan plan = SweepPlan.prepare(request, session, spark.hadoopConfiguration());
      new SweepJob(spark, Progress.NONE).run(request, session, plan);
    }
  }

  private static void evaluate(JavaSparkContext spark, Path model) {
    try (EvaluationPlan plan =
        EvaluationPlan.prepare(request(model), spark.hadoopConfiguration())) {
      new EvaluationJob(spark, Progress.NONE).run(plan);
    }
  }

  private static EvaluationRequest request(Path model) {
    return new EvaluationRequest(
        PrefixComparison.hadoop(model),
        Optional.empty(),
        List.of("world-facts"),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        List.of(),
        64,
        DeviceChoice.CPU,
        MEMORY);
  }
}
