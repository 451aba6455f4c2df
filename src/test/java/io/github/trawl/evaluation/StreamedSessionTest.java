package io.github.trawl.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.withinPercentage;

import io.github.trawl.ErrorCategory;
import io.github.trawl.TrawlException;
import io.github.trawl.architecture.Architecture;
import io.github.trawl.checkpoint.Checkpoint;
import io.github.trawl.checkpoint.CountingFileSystem;
import io.github.trawl.checkpoint.TensorInfo;
import io.github.trawl.evaluation.model.LanguageModels;
import io.github.trawl.evaluation.model.NumberType;
import io.github.trawl.evaluation.model.Placement;
import io.github.trawl.evaluation.model.ScoreRequest;
import io.github.trawl.evaluation.model.WeightBytes;
import io.github.trawl.evaluation.model.WeightMode;
import io.github.trawl.evaluation.task.ExampleResult;
import io.github.trawl.evaluation.task.Split;
import io.github.trawl.factors.FactorEdits;
import io.github.trawl.plan.Hardware;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.api.java.JavaSparkContext;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A model of which one layer at a time is in memory answers as the whole one does, bit for bit:
 * choices, whose candidates go through the layers together, and continued texts.
 */
@Timeout(300)
class StreamedSessionTest {
  private static final Configuration HADOOP = new Configuration();
  private static final List<String> EDITS = List.of("qkvo0", "fc0", "fc1");

  @TempDir private static Path folder;
  private static JavaSparkContext spark;
  private static Path words;
  private static Path choices;
  private static WeightBytes bytes;

  @BeforeAll
  static void writeModelAndEdits() throws IOException {
    SmallModels.write("llama", folder.resolve("model"));
    words = SmallModels.task(folder.resolve("task"), 40);
    choices = SmallModels.choices(folder.resolve("task"), 30);
    spark = SmallJobs.spark();
    SmallJobs.denoise(spark, path("model"), path("qkvo0"), "qkvo", "0");
    SmallJobs.denoise(spark, path("model"), path("fc0"), "fc", "0");
    SmallJobs.denoise(spark, path("model"), path("fc1"), "fc", "1");
    bytes = weightBytes("model");
    SmallModels.write("opt", folder.resolve("opt"));
    SmallJobs.denoise(spark, path("opt"), path("opt-down"), "down", "0");
  }

  private static WeightBytes weightBytes(String model) {
    return LanguageModels.weightBytes(Checkpoint.open(path(model), HADOOP), NumberType.FLOAT32);
  }

  @AfterAll
  static void stopSpark() {
    spark.close();
  }

  /**
   * With too little room for the states of a batch and of a candidate, with room for those of some,
   * and for those of all.
   */
  @ParameterizedTest
  @ValueSource(longs = {0, 1 << 13, 1 << 24})
  void answersAsTheWholeModel(long states) {
    for (Path task : List.of(choices, words)) {
      Map<String, List<ExampleResult>> whole =
          ask(request(task, WeightMode.MEMORY, 1 << 30)).results;
      Map<String, List<ExampleResult>> streamed =
          ask(request(task, WeightMode.STREAM, bytes.streamed() + 2 * states + least(task)))
              .results;
      assertThat(streamed).isEqualTo(whole);
      assertThat(whole).hasSize(1 + EDITS.size() + 1);
      assertThat(whole.values()).doesNotHaveDuplicates();
    }
  }

  /** Room for a layer and, where texts are continued, for the keys and values of a batch. */
  private static long least(Path task) {
    return task.equals(words) ? 1 << 16 : 1 << 14;
  }

  /** All candidates and batches share one reading of the layers. */
  @Test
  void readsTheLayersOnceForAllCandidates() {
    assertThat(readings(choices, all -> all)).isEqualTo(1);
  }

  /**
   * For all eight batches: both layers once to score the right texts, once as far as the edit, and
   * twice for each of the two models, whose first token goes on in the second layer.
   */
  @Test
  void readsTheLayersOnceForEachTokenAndCandidate() {
    assertThat(readings(words, all -> List.of(all.get(0), all.get(all.size() - 1))))
        .isEqualTo(2 + 2 * 2);
  }

  /**
   * With room for everything; for one batch and all candidates, of which two have states of their
   * own beside the two of the unmodified model; for one of these two; and for no candidate.
   */
  @ParameterizedTest
  @CsvSource({"1000, 1", "4.5, 1", "3.5, 2", "0.9, 4"})
  void thePlanSaysHowOftenTheLayersAreRead(double states, int groups) {
    assertPlanned("model", EDITS, states, groups);
  }

  /**
   * Where an edit of the last map of a feed-forward network begins, a token of the unmodified model
   * has 48 features beside its 32: two and a half states, and one of the edited model's own.
   */
  @ParameterizedTest
  @CsvSource({"1000, 1", "3.6, 1", "3.4, 2", "0.9, 2"})
  void thePlanCountsWhatTheUnmodifiedModelKeepsForAnEdit(double states, int groups) {
    assertPlanned("opt", List.of("opt-down"), states, groups);
  }

  /**
   * @param states the number of hidden states of the largest batch that there is room for
   * @param groups the number of groups of candidates that have room together
   */
  private static void assertPlanned(String model, List<String> edits, double states, int groups) {
    EvaluationRequest roomy = Requests.of(path(model), choices, WeightMode.STREAM, 1 << 30);
    List<Batch<ScoreRequest>> batches;
    try (EvaluationSession session = EvaluationSession.prepare(roomy, HADOOP)) {
      batches =
          Batch.form(
              session.tasks().get(0).questions().requests(),
              each -> each.tokens().length,
              roomy.batchSize());
    }
    // The longest sequences are in the first batch: 32 features of four bytes for each token.
    long largest = batches.get(0).paddedTokens() * 32L * 4;
    long memory = weightBytes(model).streamed() + 2 * (long) (states * largest);
    double planned = planned(model, choices, memory, edits, 1, 1);
    assertThat(planned).isBetween((double) groups, (double) groups * batches.size());
    assertThat(planned).isCloseTo(measured(model, choices, memory, edits), withinPercentage(1));
  }

  /**
   * Three tokens for each candidate, with room for all batches, for a few and for one. Less is
   * refused.
   */
  @ParameterizedTest
  @ValueSource(longs = {1 << 28, 150_000, 60_000})
  void thePlanSaysHowOftenTheLayersAreReadToContinueTexts(long states) {
    long memory = bytes.streamed() + 2 * states;
    assertThat(planned("model", words, memory, EDITS, 1, 1))
        .isCloseTo(measured("model", words, memory, EDITS), withinPercentage(1));
  }

  /**
   * Four candidates add three tokens each. Every slot reads the layers once to score the right
   * texts; nine slots have only eight batches for that. Then a slot continues all texts for some of
   * the candidates. Each takes three readings, but the unmodified model two if it follows another,
   * which has left it the states and the weights of the last layer. With two slots and more for
   * each candidate, each candidate's texts are halved. Cores that are too few for a further task
   * make no slot.
   */
  @ParameterizedTest
  @CsvSource({
    "1, 1, 1, 11",
    "3, 1, 3, 11",
    "4, 1, 4, 12",
    "9, 1, 8, 24",
    "3, 2, 1, 11",
    "5, 2, 2, 11"
  })
  void candidatesAreCutBeforeTextsThatAreContinued(
      int cores, int taskCores, double scoring, double continuing) {
    restartSpark(cores, taskCores);
    try {
      assertThat(measured("model", words, 1 << 30, EDITS)).isEqualTo(scoring + continuing);
    } finally {
      restartSpark(1, 1);
    }
    assertThat(planned("model", words, 1 << 30, EDITS, 1, cores / taskCores))
        .isEqualTo(scoring + continuing);
  }

  /**
   * Two executors of three cores, two for each task, have two slots and not three: each scores half
   * of the right texts, and the one with both edits of the first layer continues all texts twice.
   */
  @Test
  void coresTooFewForATaskAreNoSlotInThePlan() {
    List<String> factors = EDITS.stream().map(edit -> path(edit) + "#r3").toList();
    try (EvaluationPlan plan =
        EvaluationPlan.prepare(
            Requests.of(path("model"), words, WeightMode.STREAM, 1 << 30, factors), HADOOP)) {
      assertThat(new EvaluationEstimate(plan).text(Hardware.of(2, 3, 40), 2))
          .contains("its layers about 7 times");
    }
  }

  /** Two tasks of an executor read for themselves; two executors have half of the batches each. */
  @Test
  void eachTaskOfAnExecutorReadsTheLayers() {
    long memory = bytes.streamed() + (1 << 28);
    try (EvaluationPlan plan =
        EvaluationPlan.prepare(request(choices, WeightMode.STREAM, memory), HADOOP)) {
      EvaluationEstimate estimate = new EvaluationEstimate(plan);
      assertThat(estimate.readings(1, 1)).isEqualTo(1);
      assertThat(estimate.readings(1, 2)).isEqualTo(2);
      assertThat(estimate.readings(2, 1)).isEqualTo(1);
      // Of the 18 batches no slot gets two units.
      assertThat(estimate.readings(24, 1)).isEqualTo(1);
    }
  }

  /** How often the plan says that an executor reads the layers. */
  private static double planned(
      String model,
      Path task,
      long memoryBytes,
      List<String> edits,
      int executors,
      int tasksPerExecutor) {
    List<String> factors = edits.stream().map(edit -> path(edit) + "#r3").toList();
    try (EvaluationPlan plan =
        EvaluationPlan.prepare(
            Requests.of(path(model), task, WeightMode.STREAM, memoryBytes, factors), HADOOP)) {
      return new EvaluationEstimate(plan).readings(executors, tasksPerExecutor);
    }
  }

  /** How often a call reads them for the unmodified model and each edit. */
  private static double measured(String model, Path task, long memoryBytes, List<String> edits) {
    return readings(
        model,
        task,
        memoryBytes,
        finder ->
            Stream.concat(
                    Stream.of(Candidate.UNMODIFIED),
                    edits.stream().map(edit -> edited(finder, edit)))
                .toList());
  }

  private static double readings(Path task, UnaryOperator<List<Candidate>> some) {
    return readings(
        "model", task, 1 << 30, finder -> some.apply(StreamedSessionTest.candidates(finder)));
  }

  /** How often a call reads the layers, beginning with the last one in memory. */
  private static double readings(
      String name, Path task, long memoryBytes, Function<FactorEdits, List<Candidate>> asked) {
    // The model that an earlier call has left would read through the file system of that call.
    ModelCache.at(Placement.cpu(1)).clear();
    Configuration counted = CountingFileSystem.configuration(false);
    org.apache.hadoop.fs.Path model = CountingFileSystem.path(folder.resolve(name));
    double layers = layerBytes(model, counted);
    counted.forEach(entry -> spark.hadoopConfiguration().set(entry.getKey(), entry.getValue()));
    EvaluationRequest request = Requests.of(model, task, WeightMode.STREAM, memoryBytes);
    try (EvaluationSession session = EvaluationSession.prepare(request, counted)) {
      List<Candidate> candidates = asked.apply(finder(session, counted));
      ask(session, candidates);
      long before = read(counted);
      ask(session, candidates);
      return (read(counted) - before) / layers;
    }
  }

  private static long layerBytes(org.apache.hadoop.fs.Path model, Configuration counted) {
    return Checkpoint.open(model, counted).tensors().stream()
        .filter(tensor -> tensor.name().contains(".layers."))
        .mapToLong(TensorInfo::length)
        .sum();
  }

  private static long read(Configuration counted) {
    return CountingFileSystem.requests(counted).stream().mapToLong(Integer::longValue).sum();
  }

  /** The operating system would kill a process whose layers need more than it may use. */
  @ParameterizedTest
  @ValueSource(strings = {"AUTO", "MEMORY", "STREAM"})
  void refusesSequencesThatALayerHasNoRoomFor(WeightMode mode) {
    EvaluationRequest request = request(words, mode, bytes.all() + 1000);
    assertThatThrownBy(() -> EvaluationSession.prepare(request, HADOOP))
        .isInstanceOfSatisfying(
            TrawlException.class,
            failure -> assertThat(failure.category()).isEqualTo(ErrorCategory.USAGE))
        .hasMessageContaining("task words: its longest sequence has ")
        .hasMessageContaining("allow more, or shorten sequences with --max-length");
  }

  /**
   * Of five prompts, and three tokens more: two states of each token of the prompts, and in both
   * layers 32 numbers of keys and values of each token, with room for 16 more. Beside them, the
   * feed-forward network takes 3 · 48 numbers for each token of the longest text.
   */
  @ParameterizedTest
  @ValueSource(strings = {"MEMORY", "STREAM"})
  void refusesPromptsThatHaveNoRoomTogether(WeightMode mode) {
    long longest;
    try (EvaluationSession session =
        EvaluationSession.prepare(request(words, mode, 1 << 30), HADOOP)) {
      longest =
          session.tasks().get(0).questions().prompts().stream()
              .mapToLong(prompt -> prompt.length)
              .max()
              .getAsLong();
    }
    long together = 5 * (2 * longest * 32 + 2 * 32 * (longest + 3 + 16)) * 4;
    long needed = bytes.all() + together + (longest + 3) * 3 * 48 * 4;
    EvaluationSession.prepare(request(words, mode, needed), HADOOP).close();
    assertThatThrownBy(() -> EvaluationSession.prepare(request(words, mode, needed - 1), HADOOP))
        .isInstanceOfSatisfying(
            TrawlException.class,
            failure -> assertThat(failure.category()).isEqualTo(ErrorCategory.USAGE))
        .hasMessageContaining(
            "and 1 MiB for the keys and values of 5 prompts of up to %d tokens, but"
                .formatted(longest))
        .hasMessageContaining(
            "allow more, take a smaller --batch-size, or shorten sequences with --max-length");
  }

  /** Seven billion parameters: layers of 0.8 GB, and 0.5 GB on either side of them. */
  @ParameterizedTest
  @CsvSource({
    "AUTO, 26, false",
    "AUTO, 25, true",
    "AUTO, 3, true",
    "AUTO, 2, false",
    "MEMORY, 3, false",
    "STREAM, 26, true"
  })
  void streamsOnItsOwnWhatDoesNotFit(WeightMode mode, long gigabytes, boolean streamed) {
    WeightBytes seven = new WeightBytes(26_000_000_000L, 25_000_000_000L, 800_000_000L, 0);
    assertThat(mode.streams(seven, gigabytes * 1_000_000_000)).isEqualTo(streamed);
  }

  @Test
  void refusesWhatDoesNotFitEither() {
    try (EvaluationSession session =
        EvaluationSession.prepare(request(choices, WeightMode.AUTO, 1000), HADOOP)) {
      assertThatThrownBy(session::requireMemory)
          .isInstanceOfSatisfying(
              TrawlException.class, e -> assertThat(e.category()).isEqualTo(ErrorCategory.USAGE))
          .hasMessageContainingAll("1 MiB as float32", "--memory.off-heap", "0 MiB; allow more");
    }
  }

  private static Arrived ask(EvaluationRequest request) {
    try (EvaluationSession session = EvaluationSession.prepare(request, HADOOP)) {
      return ask(session, candidates(finder(session, HADOOP)));
    }
  }

  private static Arrived ask(EvaluationSession session, List<Candidate> candidates) {
    int[] examples = session.tasks().get(0).examples(Split.ALL);
    Arrived arrived = Arrived.of(spark, session, examples, candidates);
    assertThat(arrived.failures).isEmpty();
    return arrived;
  }

  private static FactorEdits finder(EvaluationSession session, Configuration hadoop) {
    return new FactorEdits(
        session.checkpoint(), Architecture.forModel(session.checkpoint()), hadoop);
  }

  /** The unmodified model, all edits at once, and each edit. */
  private static List<Candidate> candidates(FactorEdits finder) {
    List<Candidate> candidates = new ArrayList<>(List.of(Candidate.UNMODIFIED));
    candidates.add(
        new Candidate("all", finder.find(EDITS.stream().map(edit -> path(edit) + "#r3").toList())));
    EDITS.forEach(edit -> candidates.add(edited(finder, edit)));
    return candidates;
  }

  private static Candidate edited(FactorEdits finder, String edit) {
    String location = path(edit) + "#r3";
    return new Candidate(location, finder.find(List.of(location)));
  }

  private static void restartSpark(int cores, int taskCores) {
    spark.close();
    spark = SmallJobs.spark(cores, taskCores);
  }

  private static EvaluationRequest request(Path task, WeightMode weights, long memoryBytes) {
    return Requests.of(path("model"), task, weights, memoryBytes);
  }

  private static org.apache.hadoop.fs.Path path(String name) {
    return new org.apache.hadoop.fs.Path(folder.resolve(name).toUri().toString());
  }
}
