package io.github.trawl.sweep;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.trawl.Progress;
import io.github.trawl.TrawlException;
import io.github.trawl.decomposition.DecompositionMethods;
import io.github.trawl.denoise.DenoiseJob;
import io.github.trawl.denoise.DenoiseRequest;
import io.github.trawl.evaluation.EvaluationJob;
import io.github.trawl.evaluation.EvaluationPlan;
import io.github.trawl.evaluation.EvaluationRequest;
import io.github.trawl.evaluation.EvaluationSession;
import io.github.trawl.evaluation.SmallModels;
import io.github.trawl.evaluation.TaskReport;
import io.github.trawl.evaluation.model.DeviceChoice;
import io.github.trawl.evaluation.model.WeightMode;
import io.github.trawl.evaluation.task.Metric;
import io.github.trawl.evaluation.task.MetricValue;
import io.github.trawl.evaluation.task.Split;
import io.github.trawl.plan.Hardware;
import io.github.trawl.plan.SolveLimits;
import io.github.trawl.plan.StackSelection;
import io.github.trawl.plan.Strategy;
import io.github.trawl.spark.KryoSettings;
import io.github.trawl.sweep.report.ReportPage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Sweeps of a small model on a real Spark. */
class SweepJobTest {
  private static final SolveLimits LIMITS = new SolveLimits(1L << 28, 1L << 30, 1 << 20);
  private static final Configuration HADOOP = new Configuration();
  @TempDir private static Path folder;
  private static JavaSparkContext spark;

  @BeforeAll
  static void start() throws IOException {
    SmallModels.write("bert", folder.resolve("model"));
    SmallModels.task(folder.resolve("task"), 120);
    spark =
        new JavaSparkContext(
            KryoSettings.apply(
                new SparkConf()
                    .setMaster("local[2]")
                    .setAppName("sweep")
                    .set("spark.ui.enabled", "false")
                    .set("spark.driver.host", "127.0.0.1")
                    .set("spark.kryo.registrationRequired", "true")));
  }

  @AfterAll
  static void stop() {
    spark.close();
  }

  @Test
  void everyPointScoresWhatItsDenoisedModelScores() throws IOException {
    Grid grid = grid(List.of(2, 4), List.of(1L, 2L));
    SweepSummary summary = run("scores", grid, settings(Screening.NONE, Optional.empty()));
    assertThat(summary.incomplete()).isEmpty();
    ObjectNode result = result("scores");
    assertThat(result.get("state").asText()).isEqualTo("complete");
    assertThat(result.get("points")).hasSize(10);
    org.apache.hadoop.fs.Path denoised = path("denoised");
    new DenoiseJob(spark, Progress.NONE)
        .run(
            new DenoiseRequest(
                path("model"),
                denoised,
                false,
                Optional.empty(),
                new StackSelection(Strategy.LAYER, "fc", "1"),
                IterationSettings.defaults(DecompositionMethods.CP)
                    .options(
                        DecompositionMethods.CP,
                        List.of(new DecompositionSize.Rank(4)),
                        List.of(2L)),
                LIMITS,
                OptionalInt.of(1),
                false,
                new ObjectMapper().createObjectNode()));
    try (EvaluationPlan plan =
        EvaluationPlan.prepare(evaluation("task", List.of(denoised.toString())), HADOOP)) {
      TaskReport report = new EvaluationJob(spark, Progress.NONE).run(plan).get(0);
      assertThat(report.candidates()).hasSize(2);
      assertScores(result.get("unmodified"), report.candidates().get(0).metrics());
      assertScores(point(result, "layer-fc-1-cp-r4-s2"), report.candidates().get(1).metrics());
    }
  }

  /** Also where solves and the model, which takes all of it, share one account of memory. */
  @Test
  void aModelOfWhichALayerAtATimeIsInMemoryScoresTheSame() throws IOException {
    Grid grid = grid(List.of(2, 4), List.of(1L, 2L));
    SweepSettings settings = settings(Screening.RACE, Optional.empty());
    run("whole", grid, settings);
    SweepRequest request = request("streamed", "task", grid, settings);
    EvaluationRequest asked = request.evaluation();
    EvaluationRequest streamed =
        new EvaluationRequest(
            asked.model(),
            asked.architecture(),
            asked.tasks(),
            asked.data(),
            asked.answerTokenizer(),
            asked.fewShot(),
            asked.limit(),
            asked.maxLength(),
            asked.factors(),
            asked.batchSize(),
            asked.device(),
            asked.numbers(),
            WeightMode.STREAM,
            LIMITS.offHeapBytes(),
            asked.prompts());
    run(
        new SweepRequest(
            request.output(),
            request.grid(),
            request.settings(),
            streamed,
            request.limits(),
            request.threads(),
            request.staleAfter(),
            request.configuration()));
    for (String part : List.of("state", "unmodified", "points", "choice")) {
      assertThat(result("streamed").get(part)).as(part).isEqualTo(result("whole").get(part));
    }
  }

  @Test
  void controlsAreChangedAsMuchAndAnswerOtherwise() throws IOException {
    SweepSettings settings =
        new SweepSettings(
            Screening.NONE,
            0.05,
            64,
            2,
            0,
            Optional.of(Metric.LOSS),
            0,
            2,
            Composition.NONE,
            1,
            OptionalInt.empty(),
            Optional.empty());
    SweepSummary summary = run("controls", grid(List.of(2), List.of(1L)), settings);
    assertThat(summary.text())
        .contains("Of 2 models whose weights were changed at random by as much");
    ObjectNode result = result("controls");
    assertThat(result.get("controls")).hasSize(2 * result.get("points").size());
    List<Double> losses = new ArrayList<>();
    losses.add(result.get("unmodified").get("test").get("value").asDouble());
    result.get("points").forEach(point -> losses.add(testLoss(point)));
    result.get("controls").forEach(control -> losses.add(testLoss(control)));
    assertThat(losses).doesNotHaveDuplicates();
    String page = ReportPage.of(ReportInput.read(path("controls"), HADOOP));
    assertThat(page)
        .contains("CP (Control)")
        .contains("models whose weights were changed at random by as much");
  }

  private static double testLoss(JsonNode node) {
    assertThat(node.get("test").get("examples").asInt()).isEqualTo(96);
    return node.get("test").get("value").asDouble();
  }

  @Test
  void aSecondRunDoesNothingAndGivesTheSame() throws IOException {
    Grid grid = grid(List.of(2), List.of(1L));
    run("again", grid, settings(Screening.RACE, Optional.empty()));
    ObjectNode first = result("again");
    long units = units("again");
    run("again", grid, settings(Screening.RACE, Optional.empty()));
    assertThat(result("again")).isEqualTo(first);
    assertThat(units("again")).isEqualTo(units);
    assertThat(SweepStatus.of(path("again"), HADOOP).isComplete()).isTrue();
    String page = ReportPage.of(ReportInput.read(path("again"), HADOOP));
    assertThat(page).contains("layer-fc-1-cp-r2-s1").contains("accuracy");
    Map<String, String> quantities =
        Map.of(
            "cp", "component weights", "svd", "singular values", "tucker", "norms of core slices");
    for (Map.Entry<String, String> each : quantities.entrySet()) {
      JsonNode all = new ObjectMapper().readTree(folder.resolve("again/result.json").toFile());
      all.get("spectra").forEach(node -> ((ObjectNode) node).put("method", each.getKey()));
      Path of = Files.createDirectories(folder.resolve("spectra-" + each.getKey()));
      Files.writeString(of.resolve("result.json"), all.toString());
      assertThat(ReportInput.read(path("spectra-" + each.getKey()), HADOOP).spectra())
          .isNotEmpty()
          .allSatisfy(spectrum -> assertThat(spectrum.quantity()).isEqualTo(each.getValue()));
    }
  }

  @Test
  void aGrownGridReusesAndAShrunkOneIsRefused() throws IOException {
    SweepSettings settings = settings(Screening.NONE, Optional.empty());
    run("grown", grid(List.of(2), List.of(1L)), settings);
    ObjectNode small = result("grown");
    run("grown", grid(List.of(2, 4), List.of(1L)), settings);
    ObjectNode large = result("grown");
    assertThat(point(large, "layer-fc-0-cp-r2-s1").get("validation").get("value"))
        .isEqualTo(point(small, "layer-fc-0-cp-r2-s1").get("validation").get("value"));
    assertThat(large.get("planned").asInt()).isEqualTo(6);
    assertThatThrownBy(() -> run("grown", grid(List.of(4), List.of(1L)), settings))
        .isInstanceOf(TrawlException.class)
        .hasMessageContaining("the grid lacks 2 points that this output has seen");
  }

  @Test
  void anotherTaskOrOptionInTheSameOutputIsRefused() throws IOException {
    Grid grid = grid(List.of(2), List.of(1L));
    run("identity", grid, settings(Screening.RACE, Optional.empty()));
    assertThatThrownBy(() -> run("identity", grid, settings(Screening.NONE, Optional.empty())))
        .isInstanceOf(TrawlException.class)
        .hasMessageContaining("screening.screen")
        .hasMessageContaining("race")
        .hasMessageContaining("none");
    Path other = folder.resolve("other-task");
    SmallModels.task(other, 119);
    assertThatThrownBy(
            () -> run("identity", "other-task", grid, settings(Screening.RACE, Optional.empty())))
        .isInstanceOf(TrawlException.class)
        .hasMessageContaining("tasks.words.digest");
  }

  @Test
  void aPlanSaysWhatItWouldDo() throws IOException {
    SweepRequest request =
        request(
            "plan",
            "task",
            grid(List.of(2, 4), List.of(1L)),
            settings(Screening.RACE, Optional.empty()));
    try (EvaluationSession session = EvaluationSession.prepare(request.evaluation(), HADOOP)) {
      String text = SweepPlan.prepare(request, session, HADOOP).text(Hardware.of(1, 2, 40));
      assertThat(text)
          .contains("6: 4 cp, 2 svd")
          // Two stacks by CP, and by SVD each of their four matrices.
          .contains("6, decomposed in 6 solves")
          .contains("24 examples in 1 rounds")
          .contains("96 examples");
    }
    assertThat(folder.resolve("plan")).doesNotExist();
  }

  @Test
  void aSingleValidationExampleIsRefused() throws IOException {
    Path few = folder.resolve("few");
    SmallModels.task(few, 6);
    SweepRequest request =
        request(
            "single",
            "few",
            grid(List.of(2), List.of(1L)),
            settings(Screening.RACE, Optional.empty()));
    try (EvaluationSession session = EvaluationSession.prepare(request.evaluation(), HADOOP)) {
      assertThatThrownBy(() -> SweepPlan.prepare(request, session, HADOOP))
          .isInstanceOf(TrawlException.class)
          .hasMessageContaining("a single validation example");
    }
  }

  @Test
  void aRankThatIsTooLargeIsNamedWithItsPoint() throws IOException {
    SweepRequest request =
        request(
            "large",
            "task",
            new Grid(
                List.of(
                    entry(
                        DecompositionMethods.SVD,
                        List.of(new DecompositionSize.Rank(32), new DecompositionSize.Rank(33)),
                        List.of(0L))),
                List.of(),
                List.of()),
            settings(Screening.RACE, Optional.empty()));
    try (EvaluationSession session = EvaluationSession.prepare(request.evaluation(), HADOOP)) {
      assertThatThrownBy(() -> SweepPlan.prepare(request, session, HADOOP))
          .isInstanceOf(TrawlException.class)
          .hasMessageContaining(
              "point layer-fc-0-svd-r33: rank 33 is more than the largest that svd accepts");
    }
  }

  private static void assertScores(JsonNode node, List<MetricValue> metrics) {
    for (MetricValue metric : metrics) {
      if (metric.metric().label().equals("accuracy") && metric.split() != Split.ALL) {
        assertThat(node.get(metric.split().label()).get("value").asDouble())
            .isEqualTo(metric.value());
      }
    }
    assertThat(node.get("metrics")).hasSameSizeAs(metrics);
    for (int i = 0; i < metrics.size(); i++) {
      JsonNode each = node.get("metrics").get(i);
      assertThat(each.get("split").asText() + " " + each.get("metric").asText())
          .isEqualTo(metrics.get(i).split().label() + " " + metrics.get(i).metric().label());
      // Other examples go through the model together, so the last bits of losses differ.
      assertThat(each.get("value").asDouble()).isCloseTo(metrics.get(i).value(), within(1e-6));
    }
  }

  private static JsonNode point(ObjectNode result, String id) {
    for (JsonNode point : result.get("points")) {
      if (point.get("id").asText().equals(id)) {
        return point;
      }
    }
    throw new AssertionError(id + " is not there");
  }

  /** Ranks of CP, and an SVD, of the fully connected matrices of each of the two layers. */
  private static Grid grid(List<Integer> ranks, List<Long> seeds) {
    return new Grid(
        List.of(
            entry(
                DecompositionMethods.CP,
                ranks.stream().<DecompositionSize>map(DecompositionSize.Rank::new).toList(),
                seeds),
            entry(
                DecompositionMethods.SVD, List.of(new DecompositionSize.Ratio(0.1)), List.of(0L))),
        List.of(),
        List.of());
  }

  private static GridEntry entry(
      io.github.trawl.decomposition.DecompositionMethod method,
      List<DecompositionSize> sizes,
      List<Long> seeds) {
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

  private static SweepSettings settings(Screening screening, Optional<Duration> time) {
    return new SweepSettings(
        screening,
        0.05,
        64,
        2,
        0,
        Optional.empty(),
        2,
        0,
        Composition.NONE,
        3,
        OptionalInt.empty(),
        time);
  }

  private static SweepSummary run(String output, Grid grid, SweepSettings settings) {
    return run(output, "task", grid, settings);
  }

  private static SweepSummary run(String output, String task, Grid grid, SweepSettings settings) {
    return run(request(output, task, grid, settings));
  }

  private static SweepSummary run(SweepRequest request) {
    try (EvaluationSession session = EvaluationSession.prepare(request.evaluation(), HADOOP)) {
      SweepPlan plan = SweepPlan.prepare(request, session, HADOOP);
      return new SweepJob(spark, Progress.NONE).run(request, session, plan);
    }
  }

  private static SweepRequest request(
      String output, String task, Grid grid, SweepSettings settings) {
    return new SweepRequest(
        path(output),
        grid,
        settings,
        evaluation(task, List.of()),
        LIMITS,
        OptionalInt.of(1),
        Duration.ofSeconds(60),
        "grid: …");
  }

  private static EvaluationRequest evaluation(String task, List<String> factors) {
    return new EvaluationRequest(
        path("model"),
        Optional.empty(),
        List.of(folder.resolve(task).resolve("words.yaml").toString()),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        factors,
        16,
        DeviceChoice.CPU,
        1L << 28);
  }

  private static ObjectNode result(String output) throws IOException {
    ObjectNode result =
        (ObjectNode)
            new ObjectMapper().readTree(folder.resolve(output).resolve("result.json").toFile());
    result.remove("costs");
    return result;
  }

  /** Units of results; costs are added by every run. */
  private static long units(String output) {
    var ledger = io.github.trawl.sweep.ledger.LedgerReader.read(path(output), HADOOP);
    return (long) ledger.keys(SweepKeys.SOLVE).size() + ledger.keys(SweepKeys.SCORES).size();
  }

  private static org.apache.hadoop.fs.Path path(String name) {
    return new org.apache.hadoop.fs.Path(folder.resolve(name).toString());
  }
}
