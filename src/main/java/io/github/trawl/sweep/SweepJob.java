package io.github.trawl.sweep;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.trawl.ErrorCategory;
import io.github.trawl.Numerics;
import io.github.trawl.Progress;
import io.github.trawl.TrawlException;
import io.github.trawl.architecture.Architecture;
import io.github.trawl.checkpoint.Checkpoint;
import io.github.trawl.evaluation.EvaluationRequest;
import io.github.trawl.evaluation.EvaluationSession;
import io.github.trawl.evaluation.PlannedTask;
import io.github.trawl.evaluation.task.HubBenchmark;
import io.github.trawl.factors.FactorEdits;
import io.github.trawl.solve.ModelDigestStep;
import io.github.trawl.spark.JobFailure;
import io.github.trawl.sweep.ledger.Ledger;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.api.java.JavaSparkContext;

/**
 * Runs a sweep, or resumes one that was stopped or killed.
 *
 * <p>The driver keeps one number for each point and example, and no weights or factors.
 */
public final class SweepJob {
  private final JavaSparkContext spark;
  private final Progress progress;
  private final Configuration hadoop;

  /** Creates a job on {@code spark}. */
  public SweepJob(JavaSparkContext spark, Progress progress) {
    this.spark = spark;
    this.progress = progress;
    this.hadoop = spark.hadoopConfiguration();
  }

  /**
   * Runs the sweep until the grid is complete or a stop rule ends it.
   *
   * @param session of the request's evaluation
   * @param plan of the request
   * @throws io.github.trawl.TrawlException of category {@code USAGE} if the output holds a sweep of
   *     something else, or another run is at work there; of category {@code BAD_INPUT} if the
   *     unmodified model can't be measured; of category {@code SYSTEM} if the storage or the
   *     cluster fails, or the process is told to end
   */
  public SweepSummary run(SweepRequest request, EvaluationSession session, SweepPlan plan) {
    try {
      return runOrResume(request, session, plan);
    } catch (TrawlException e) {
      if (JobFailure.isShuttingDown()) {
        throw new TrawlException(
            ErrorCategory.SYSTEM,
            "interrupted; what was finished is kept, and the same command goes on with the rest",
            e);
      }
      throw e;
    }
  }

  private SweepSummary runOrResume(
      SweepRequest request, EvaluationSession session, SweepPlan plan) {
    // First, so that its time counts the digest, which takes minutes for a large model.
    StopRule stop = new StopRule(request.settings());
    Checkpoint checkpoint = session.checkpoint();
    String modelDigest = ModelDigestStep.run(spark, checkpoint);
    ObjectNode identity = identity(request, session, plan.definition(), modelDigest);
    try (Ledger ledger =
        LedgerOpening.open(request.output(), identity, request.staleAfter(), hadoop)) {
      SweepKeys keys =
          new SweepKeys(
              modelDigest,
              Numerics.VERSION,
              session.tasks().stream().map(PlannedTask::digest).toList(),
              evaluationOptions(request.evaluation(), session));
      GridHistory.add(ledger, plan.definition().grid());
      try (FactorStore store = FactorStore.open(request, hadoop)) {
        Costs costs = new Costs(ledger);
        SparkWork work =
            new SparkWork(
                spark,
                session,
                store,
                new FactorEdits(
                    checkpoint,
                    Architecture.of(checkpoint, request.evaluation().architecture(), hadoop),
                    hadoop),
                costs);
        Solves solves = new Solves(ledger, keys, work, request.settings().maxAttempts());
        Measurements measurements = new Measurements(plan.definition(), ledger, keys, work, solves);
        measurements.load();
        SweepResults results =
            new SweepResults(
                request.output(),
                new SweepDescription(
                    request.output().getName(),
                    request.evaluation().model().toString(),
                    modelDigest,
                    benchmarks(session),
                    request.configuration(),
                    Map.of("spark", spark.version(), "java", System.getProperty("java.version"))),
                plan.definition(),
                ledger,
                keys,
                measurements.board(),
                new SweepTables(
                    plan.definition(),
                    ledger,
                    keys,
                    measurements::measures,
                    request.output(),
                    hadoop,
                    System::nanoTime),
                hadoop);
        SweepProgress end =
            new SweepRun(plan.definition(), solves, measurements, stop, results::write)
                .run(new StatusFile(progress, request.output(), hadoop));
        SweepSummary summary =
            results.summary(
                end,
                end.state() == SweepState.STOPPED ? stop.reason() : Optional.empty(),
                stop.failures());
        // After the results, which are read faster from units that are not in packs yet.
        ledger.compact();
        return summary;
      }
    }
  }

  private static Map<String, HubBenchmark> benchmarks(EvaluationSession session) {
    Map<String, HubBenchmark> benchmarks = new HashMap<>();
    for (PlannedTask task : session.tasks()) {
      task.definition().benchmark().ifPresent(each -> benchmarks.put(task.name(), each));
    }
    return benchmarks;
  }

  /**
   * Returns what all units of the sweep have in common and what decides which examples points are
   * asked; a later run must have the same.
   */
  private static ObjectNode identity(
      SweepRequest request,
      EvaluationSession session,
      SweepDefinition definition,
      String modelDigest) {
    ObjectNode identity = JsonNodeFactory.instance.objectNode();
    identity.put("numerics", Numerics.VERSION);
    identity.put("model", modelDigest);
    ObjectNode tasks = identity.putObject("tasks");
    for (int i = 0; i < session.tasks().size(); i++) {
      PlannedTask task = session.tasks().get(i);
      tasks
          .putObject(task.name())
          .put("digest", task.digest())
          .put("metric", definition.metrics().get(i).label());
    }
    ObjectNode asking = identity.putObject("asking");
    asking.put("batch-size", request.evaluation().batchSize());
    asking.put("max-length", session.contextLength());
    asking.put("device", request.evaluation().device().name().toLowerCase(Locale.ROOT));
    asking.put("dtype", session.numberType().toString());
    SweepSettings settings = request.settings();
    ObjectNode screening = identity.putObject("screening");
    screening.put("screen", settings.screening().name().toLowerCase(Locale.ROOT));
    screening.put("first", settings.firstBlock());
    screening.put("growth", settings.growth());
    screening.put("seed", settings.shuffleSeed());
    screening.put("level", settings.level());
    screening.put("runners-up", settings.runnersUp());
    return identity;
  }

  /** Returns the options of the evaluation on which scores depend, if only in their last bits. */
  private static List<Object> evaluationOptions(
      EvaluationRequest request, EvaluationSession session) {
    return List.of(
        request.batchSize(),
        session.contextLength(),
        request.device().name().toLowerCase(Locale.ROOT),
        session.numberType().toString());
  }
}
