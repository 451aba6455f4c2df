package io.github.trawl.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.trawl.ErrorCategory;
import io.github.trawl.Progress;
import io.github.trawl.TrawlException;
import io.github.trawl.evaluation.model.DeviceChoice;
import io.github.trawl.evaluation.model.LanguageModels;
import io.github.trawl.evaluation.task.ExampleResult;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EvaluationJobTest {
  private static final AtomicLong LAYER_RUNS = new AtomicLong();

  @TempDir private static Path folder;
  private static JavaSparkContext spark;

  /** The tests share a model and edits of it, named by the matrices and the layers they change. */
  @BeforeAll
  static void denoise() throws IOException {
    SmallModels.write("llama", folder.resolve("model"));
    // The same again for models that count: a process keeps the model that it has loaded.
    SmallModels.write("llama", folder.resolve("counted"));
    spark = SmallJobs.spark();
    for (String layer : List.of("1", "0")) {
      for (String matrices : List.of("fc", "qkvo", "up")) {
        SmallJobs.denoise(spark, path("model"), path(matrices + layer), matrices, layer);
      }
    }
    SmallJobs.denoise(spark, path("model"), path("both"), "qkvo", "all");
  }

  @AfterAll
  static void stop() {
    spark.close();
  }

  /** Edits made in memory score like the checkpoint with the same edits written, to the bit. */
  @Test
  void editsInMemoryScoreAsTheWrittenCheckpoint() throws IOException {
    Path task = SmallModels.task(folder.resolve("words"), 40);
    List<String> factors = List.of(path("fc1").toString(), path("both").toString());
    List<TaskReport> edited = run(request("model", task, factors), job());
    assertThat(edited.get(0).candidates())
        .extracting(TaskReport.CandidateReport::name)
        .containsExactly("unmodified", factors.get(0), factors.get(1));
    List<TaskReport> base = run(request("model", task, List.of()), job());
    assertThat(edited.get(0).candidates().get(0)).isEqualTo(base.get(0).candidates().get(0));
    for (int c = 1; c <= 2; c++) {
      String written = c == 1 ? "fc1" : "both";
      List<TaskReport> expected = run(request(written, task, List.of()), job());
      assertThat(edited.get(0).candidates().get(c).results())
          .isEqualTo(expected.get(0).candidates().get(0).results())
          .isNotEqualTo(base.get(0).candidates().get(0).results());
    }
    writeParquet(edited, path("examples"));
    List<Row> rows = examples(path("examples"));
    assertThat(rows).hasSize(3 * 40);
    List<Row> unmodified =
        rows.stream().filter(row -> row.getAs("candidate").equals("unmodified")).toList();
    List<String> prompts = prompts(task.resolveSibling("rows.jsonl"), "prompt");
    for (int i = 0; i < unmodified.size(); i++) {
      Row row = unmodified.get(i);
      ExampleResult result = edited.get(0).candidates().get(0).results().get(i);
      assertThat(row.<Double>getAs("loss")).isEqualTo(result.measures().get("loss"));
      assertThat(row.<String>getAs("prediction")).isEqualTo(result.prediction());
      assertThat(row.<String>getAs("prompt")).isEqualTo(prompts.get(i));
      assertThat(row.isNullAt(row.fieldIndex("choices"))).isTrue();
      assertThat(row.isNullAt(row.fieldIndex("log_likelihoods"))).isTrue();
    }
  }

  /** The likelihoods are the sums by which a choice is made. */
  @Test
  void examplesListTheChoicesAndTheirLikelihoods() throws IOException {
    Path task = SmallModels.choices(folder.resolve("choices"), 12);
    List<TaskReport> reports = run(request("model", task, List.of()), job());
    writeParquet(reports, path("chosen"));
    List<Row> rows = examples(path("chosen"));
    List<String> choices = List.of("w8", "w9 w10", "w11");
    List<String> prompts = prompts(task.resolveSibling("choices.jsonl"), "q");
    for (int i = 0; i < 12; i++) {
      Row row = rows.get(i);
      assertThat(row.<String>getAs("prompt")).isEqualTo(prompts.get(i));
      assertThat(row.<String>getList(row.fieldIndex("choices"))).isEqualTo(choices);
      List<Double> likelihoods = row.getList(row.fieldIndex("log_likelihoods"));
      assertThat(likelihoods).hasSize(3).allMatch(each -> each < 0).doesNotHaveDuplicates();
      int best = likelihoods.indexOf(Collections.max(likelihoods));
      assertThat(row.<String>getAs("prediction")).isEqualTo(choices.get(best));
      double right = likelihoods.get(i % 3);
      assertThat(row.<Double>getAs("loss")).isEqualTo(-right / (i % 3 == 1 ? 2 : 1));
    }
  }

  private static List<String> prompts(Path data, String field) throws IOException {
    List<String> prompts = new ArrayList<>();
    for (String line : Files.readAllLines(data)) {
      prompts.add(new ObjectMapper().readTree(line).get(field).asText());
    }
    return prompts;
  }

  /**
   * A grid of edits runs the unmodified layers once, and the layers from its first change on for
   * each edit; the scores and continuations are those of an edit evaluated alone, to the bit.
   */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void noLayerRunsTwiceForWhatCandidatesShare(boolean generates) throws IOException {
    Path task = SmallModels.task(folder.resolve(generates ? "generated" : "given"), 30);
    if (!generates) {
      Files.writeString(
          task,
          Files.readString(task)
              .replaceFirst("generate_until", "loglikelihood")
              .replaceFirst("doc_to_target.*", "doc_to_target: \"{{' '+answer}}\"")
              .replaceFirst("(?s)generation_kwargs.*", ""));
    }
    List<String> factors =
        Stream.of("fc1", "qkvo1", "up1", "fc0", "qkvo0", "up0")
            .map(name -> path(name).toString())
            .toList();
    EvaluationJob counting =
        new EvaluationJob(
            spark,
            Progress.NONE,
            (source, placement, hadoop) ->
                new CountingModel(
                    LanguageModels.open(source.open(hadoop), hadoop, placement), LAYER_RUNS));
    LAYER_RUNS.set(0);
    TaskReport grid = run(request("counted", task, factors), counting).get(0);
    // Two layers: once for what is shared, twice for each of three edits, once for the others.
    int sequences = generates ? 30 + 30 : 30;
    assertThat(LAYER_RUNS.getAndSet(0)).isEqualTo(sequences * (2L + 3 * 2 + 3 * 1));
    for (int i = 0; i < factors.size(); i++) {
      TaskReport alone = run(request("counted", task, factors.subList(i, i + 1)), counting).get(0);
      assertThat(grid.candidates().get(i + 1)).isEqualTo(alone.candidates().get(1));
      assertThat(grid.candidates().get(0)).isEqualTo(alone.candidates().get(0));
    }
    assertThat(grid.candidates().stream().map(TaskReport.CandidateReport::results))
        .doesNotHaveDuplicates();
  }

  /** Results would list it under the name of the model without edits. */
  @Test
  void factorsMayNotHaveTheNameOfTheUnmodifiedModel() throws IOException {
    Path task = SmallModels.task(folder.resolve("named"), 1);
    assertThatThrownBy(() -> run(request("model", task, List.of("unmodified")), job()))
        .isInstanceOfSatisfying(
            TrawlException.class, e -> assertThat(e.category()).isEqualTo(ErrorCategory.USAGE))
        .hasMessage(
            "--factors unmodified: results list the model without edits by this name; write"
                + " ./unmodified");
  }

  private static void writeParquet(List<TaskReport> reports, org.apache.hadoop.fs.Path directory) {
    ExamplesFile.write(session(), reports, directory, false);
  }

  private static List<Row> examples(org.apache.hadoop.fs.Path directory) {
    return session()
        .read()
        .parquet(directory.toString())
        .orderBy("candidate", "index")
        .collectAsList();
  }

  private static SparkSession session() {
    return SparkSession.builder().config(spark.getConf()).getOrCreate();
  }

  private static EvaluationJob job() {
    return new EvaluationJob(spark, Progress.NONE);
  }

  private static List<TaskReport> run(EvaluationRequest request, EvaluationJob job) {
    try (EvaluationPlan plan = EvaluationPlan.prepare(request, spark.hadoopConfiguration())) {
      return job.run(plan);
    }
  }

  private static EvaluationRequest request(String model, Path task, List<String> factors) {
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

  private static org.apache.hadoop.fs.Path path(String name) {
    return new org.apache.hadoop.fs.Path(folder.resolve(name).toUri());
  }
}
