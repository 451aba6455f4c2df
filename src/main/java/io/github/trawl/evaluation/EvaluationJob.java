package io.github.trawl.evaluation;

import io.github.trawl.Progress;
import io.github.trawl.TrawlException;
import io.github.trawl.evaluation.TaskReport.CandidateReport;
import io.github.trawl.evaluation.task.ExampleResult;
import io.github.trawl.evaluation.task.Metrics;
import io.github.trawl.evaluation.task.Split;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.api.java.JavaSparkContext;

/**
 * Evaluates a checkpoint, and edits of it, on tasks.
 *
 * <p>Batches of questions go to the executors; each process loads the model once and its tasks take
 * turns with it, on as many native threads as {@code spark.task.cpus} says. What comes back are
 * log-probabilities and tokens, never weights. As batches depend on the questions alone, neither
 * the number of executors nor a lost one changes a number.
 */
public final class EvaluationJob {
  private final JavaSparkContext spark;
  private final Progress progress;
  private final ModelLoader loader;

  /** A job on {@code spark}. */
  public EvaluationJob(JavaSparkContext spark, Progress progress) {
    this(spark, progress, EvaluationSession.LOADER);
  }

  EvaluationJob(JavaSparkContext spark, Progress progress, ModelLoader loader) {
    this.spark = spark;
    this.progress = progress;
    this.loader = loader;
  }

  /**
   * Asks all questions of {@code plan}.
   *
   * @return for each task what came out
   * @throws io.github.trawl.TrawlException if the model does not fit the memory, computes NaN, or
   *     changes under way, or the cluster fails
   */
  public List<TaskReport> run(EvaluationPlan plan) {
    return plan.session().tasks().stream().map(task -> run(plan, task)).toList();
  }

  private TaskReport run(EvaluationPlan plan, PlannedTask task) {
    Results results = new Results();
    AskSummary summary =
        plan.session()
            .ask(
                spark,
                loader,
                progress,
                task.name(),
                task,
                task.examples(Split.ALL),
                plan.candidates(),
                results);
    List<CandidateReport> reports = new ArrayList<>();
    for (Candidate candidate : plan.candidates()) {
      List<ExampleResult> own = results.byName.get(candidate.name());
      reports.add(
          new CandidateReport(candidate.name(), own, Metrics.of(task.definition().metrics(), own)));
    }
    return new TaskReport(
        task.definition(),
        task.rows(),
        task.examples(),
        reports,
        task.samples().orElseThrow(),
        summary.tokens(),
        summary.devices(),
        summary.seconds(),
        plan.session().contextLength());
  }

  /** All results; one candidate that fails is the end. */
  private static final class Results implements CandidateSink {
    private final Map<String, List<ExampleResult>> byName = new HashMap<>();

    @Override
    public void answered(Candidate candidate, List<ExampleResult> results) {
      byName.put(candidate.name(), results);
    }

    @Override
    public void failed(Candidate candidate, TrawlException failure) {
      throw failure;
    }
  }
}
