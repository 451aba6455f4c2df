package io.github.trawl.evaluation;

import io.github.trawl.Progress;
import io.github.trawl.evaluation.TaskReport.CandidateReport;
import io.github.trawl.evaluation.model.LanguageModels;
import io.github.trawl.evaluation.model.ScoreRequest;
import io.github.trawl.evaluation.model.TokenScores;
import io.github.trawl.evaluation.task.ExampleResult;
import io.github.trawl.evaluation.task.Metrics;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.util.SerializableConfiguration;

/**
 * Evaluates a checkpoint, and edits of it, on tasks.
 *
 * <p>Batches of questions go to the executors; each process loads the model once and its tasks take
 * turns with it, on as many native threads as {@code spark.task.cpus} says. What comes back are
 * log-probabilities and tokens, never weights. As batches depend on the questions alone, neither
 * the number of executors nor a lost one changes a number.
 */
public final class EvaluationJob {
  private static final ModelLoader LOADER =
      (source, placement, hadoop) -> LanguageModels.open(source.open(hadoop), hadoop, placement);

  private final JavaSparkContext spark;
  private final Progress progress;
  private final ModelLoader loader;

  /** A job on {@code spark}. */
  public EvaluationJob(JavaSparkContext spark, Progress progress) {
    this(spark, progress, LOADER);
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
    Execution execution =
        new Execution(
            UUID.randomUUID().toString(),
            ModelSource.of(plan.checkpoint()),
            loader,
            plan.modelBytes(),
            spark.getConf().getInt("spark.task.cpus", 1),
            plan.request().device(),
            plan.request().memoryBytes(),
            plan.candidates(),
            new SerializableConfiguration(spark.hadoopConfiguration()));
    Questioner questioner = new Questioner(spark, execution, plan.request().batchSize(), progress);
    return plan.tasks().stream().map(task -> run(plan, task, questioner)).toList();
  }

  private static TaskReport run(EvaluationPlan plan, PlannedTask task, Questioner questioner) {
    long start = System.nanoTime();
    String name = task.definition().name();
    List<ScoreRequest> requests = task.questions().requests();
    List<List<TokenScores>> scores =
        questioner.ask(name, requests, request -> request.tokens().length, new ScoringRunner());
    List<int[]> prompts = task.questions().prompts();
    List<List<int[]>> continuations =
        questioner.ask(
            name + ", generation",
            prompts,
            prompt -> prompt.length,
            new GenerationRunner(task.definition().newTokens(), plan.tokenizer().endTokens()));
    double seconds = (System.nanoTime() - start) / 1e9;
    List<CandidateReport> reports = new ArrayList<>();
    for (int c = 0; c < plan.candidates().size(); c++) {
      List<ExampleResult> results = task.questions().results(scores.get(c), continuations.get(c));
      reports.add(
          new CandidateReport(
              plan.candidates().get(c).name(),
              results,
              Metrics.of(task.definition().metrics(), results)));
    }
    reports.sort(Comparator.comparingInt(report -> plan.asked(report.name())));
    long perCandidate =
        requests.stream().mapToLong(request -> request.tokens().length).sum()
            + prompts.stream().mapToLong(prompt -> prompt.length).sum();
    long generated =
        continuations.stream()
            .flatMap(List::stream)
            .mapToLong(continuation -> continuation.length)
            .sum();
    return new TaskReport(
        task.definition(),
        task.rows(),
        task.examples(),
        reports,
        perCandidate * reports.size() + generated,
        questioner.devices(),
        seconds,
        plan.contextLength());
  }
}
