package io.github.trawl.evaluation;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.trawl.Progress;
import io.github.trawl.distributed.LocalCluster;
import io.github.trawl.evaluation.model.DeviceChoice;
import io.github.trawl.evaluation.model.LanguageModels;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EvaluationJobTest {
  private static final AtomicLong LAYER_RUNS = new AtomicLong();

  @TempDir private Path folder;

  /** Edits made in memory score like the checkpoint with the same edits written, to the bit. */
  @Test
  void editsInMemoryScoreAsTheWrittenCheckpoint() throws IOException {
    SmallModels.write("llama", folder.resolve("model"));
    Path task = SmallModels.task(folder.resolve("task"), 40);
    try (JavaSparkContext spark = SmallJobs.spark()) {
      denoise(spark, "last", "fc", "last:1");
      denoise(spark, "both", "qkvo", "all");
      List<String> factors = List.of(path("last").toString(), path("both").toString());
      List<TaskReport> edited = run(spark, request("model", task, factors), job(spark));
      assertThat(edited.get(0).candidates())
          .extracting(TaskReport.CandidateReport::name)
          .containsExactly("unmodified", factors.get(0), factors.get(1));
      List<TaskReport> base = run(spark, request("model", task, List.of()), job(spark));
      assertThat(edited.get(0).candidates().get(0)).isEqualTo(base.get(0).candidates().get(0));
      for (int c = 1; c <= 2; c++) {
        String written = c == 1 ? "last" : "both";
        List<TaskReport> expected = run(spark, request(written, task, List.of()), job(spark));
        assertThat(edited.get(0).candidates().get(c).results())
            .isEqualTo(expected.get(0).candidates().get(0).results())
            .isNotEqualTo(base.get(0).candidates().get(0).results());
      }
      writesParquet(spark, edited);
    }
  }

  /**
   * A grid of edits runs the unmodified layers once, and the layers from its first change on for
   * each edit; the scores and continuations are those of an edit evaluated alone, to the bit.
   */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void noLayerRunsTwiceForWhatCandidatesShare(boolean generates) throws IOException {
    SmallModels.write("llama", folder.resolve("model"));
    Path task = SmallModels.task(folder.resolve("task"), 30);
    if (!generates) {
      Files.writeString(
          task,
          Files.readString(task)
              .replaceFirst("generate_until", "loglikelihood")
              .replaceFirst("doc_to_target.*", "doc_to_target: \"{{' '+answer}}\"")
              .replaceFirst("(?s)generation_kwargs.*", ""));
    }
    try (JavaSparkContext spark = SmallJobs.spark()) {
      List<String> factors = new ArrayList<>();
      for (String layer : List.of("1", "0")) {
        for (String matrices : List.of("fc", "qkvo", "up")) {
          denoise(spark, matrices + layer, matrices, layer);
          factors.add(path(matrices + layer).toString());
        }
      }
      EvaluationJob counting =
          new EvaluationJob(
              spark,
              Progress.NONE,
              (source, placement, hadoop) ->
                  new CountingModel(
                      LanguageModels.open(source.open(hadoop), hadoop, placement), LAYER_RUNS));
      LAYER_RUNS.set(0);
      TaskReport grid = run(spark, request("model", task, factors), counting).get(0);
      // Two layers: once for what is shared, twice for each of three edits, once for the others.
      int sequences = generates ? 30 + 30 : 30;
      assertThat(LAYER_RUNS.getAndSet(0)).isEqualTo(sequences * (2L + 3 * 2 + 3 * 1));
      for (int i = 0; i < factors.size(); i++) {
        TaskReport alone =
            run(spark, request("model", task, factors.subList(i, i + 1)), counting).get(0);
        assertThat(grid.candidates().get(i + 1)).isEqualTo(alone.candidates().get(1));
        assertThat(grid.candidates().get(0)).isEqualTo(alone.candidates().get(0));
      }
      assertThat(grid.candidates().stream().map(TaskReport.CandidateReport::results))
          .doesNotHaveDuplicates();
    }
  }

  private void writesParquet(JavaSparkContext spark, List<TaskReport> reports) {
    SparkSession session = SparkSession.builder().config(spark.getConf()).getOrCreate();
    ExamplesFile.write(session, reports, path("examples"), false);
    List<Row> rows =
        session
            .read()
            .parquet(path("examples").toString())
            .orderBy("candidate", "index")
            .collectAsList();
    assertThat(rows).hasSize(3 * 40);
    TaskReport.CandidateReport base = reports.get(0).candidates().get(0);
    List<Row> unmodified =
        rows.stream().filter(row -> row.getAs("candidate").equals("unmodified")).toList();
    for (int i = 0; i < unmodified.size(); i++) {
      assertThat(unmodified.get(i).<Double>getAs("loss"))
          .isEqualTo(base.results().get(i).measures().get("loss"));
      assertThat(unmodified.get(i).<String>getAs("prediction"))
          .isEqualTo(base.results().get(i).prediction());
    }
  }

  /** Two executors, of which one dies, and one thread here give the same JSON. */
  @Test
  @Tag("slow")
  void executorsAndTheirLossChangeNoNumber() throws IOException {
    SmallModels.write("llama", folder.resolve("model"));
    Path task = SmallModels.task(folder.resolve("task"), 200);
    EvaluationRequest request = request("model", task, List.of());
    ObjectNode here;
    try (JavaSparkContext spark = SmallJobs.spark()) {
      here = json(request, run(spark, request, job(spark)));
    }
    try (JavaSparkContext spark = LocalCluster.start("evaluation", 2)) {
      EvaluationJob mortal =
          new EvaluationJob(
              spark,
              Progress.NONE,
              (source, placement, hadoop) -> {
                TaskContext context = TaskContext.get();
                if (context.partitionId() == 0 && context.attemptNumber() == 0) {
                  Runtime.getRuntime().halt(42);
                }
                return LanguageModels.open(source.open(hadoop), hadoop, placement);
              });
      assertThat(json(request, run(spark, request, mortal)).toString()).isEqualTo(here.toString());
    }
  }

  private static ObjectNode json(EvaluationRequest request, List<TaskReport> reports) {
    return ResultsJson.of(request, reports, 1, 0, 0);
  }

  private static EvaluationJob job(JavaSparkContext spark) {
    return new EvaluationJob(spark, Progress.NONE);
  }

  private static List<TaskReport> run(
      JavaSparkContext spark, EvaluationRequest request, EvaluationJob job) {
    try (EvaluationPlan plan = EvaluationPlan.prepare(request, spark.hadoopConfiguration())) {
      return job.run(plan);
    }
  }

  private EvaluationRequest request(String model, Path task, List<String> factors) {
    return new EvaluationRequest(
        path(model),
        Optional.empty(),
        List.of(task.toString()),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        factors,
        7,
        DeviceChoice.CPU,
        1L << 30);
  }

  private void denoise(JavaSparkContext spark, String output, String matrices, String layers) {
    SmallJobs.denoise(spark, path("model"), path(output), matrices, layers);
  }

  private org.apache.hadoop.fs.Path path(String name) {
    return new org.apache.hadoop.fs.Path(folder.resolve(name).toUri());
  }
}
