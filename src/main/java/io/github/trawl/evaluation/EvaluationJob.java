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
 * <p>Batches of questions go to the executors. Each executor process loads the model once, and its
 * Spark tasks use it one at a time, on as many native threads as {@code spark.task.cpus} says. The
 * executors return log-probabilities and tokens, never weights. Batches depend on the questions and
 * the batch size alone, so neither the number of executors nor the loss of one changes a result.
 */
public final class EvaluationJob {
  private final JavaSparkContext spark;
  private final Progress progress;
  private final ModelLoader loader;

  /** Creates a job that runs on {@code spark}. */
  public EvaluationJob(JavaSparkContext spark, Progress progress) {
    this(spark, progress, EvaluationSession.LOADER);
  }

  EvaluationJob(JavaSparkContext spark, Progress progress, ModelLoader loader) {
    this.spark = spark;
    this.progress = progress;
    this.loader = loader;
  }

  /**
   * Asks all candidates of {@code plan} all questions of its tasks.
   *
   * @return a report for each task
   * @throws io.github.trawl.TrawlException if the model does not fit the memory or its files change
   *     during the run, a candidate computes NaN or its factors can't be read, or the cluster fails
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
        summary.processors(),
        summary.seconds(),
        plan.session().contextLength(),
        plan.session().numberType());
  }

  /** Keeps the results of all candidates; the first candidate that fails ends the run. */
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
