package io.github.trawl.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.trawl.ErrorCategory;
import io.github.trawl.Progress;
import io.github.trawl.TrawlException;
import io.github.trawl.architecture.Architecture;
import io.github.trawl.checkpoint.Staging;
import io.github.trawl.evaluation.model.DeviceChoice;
import io.github.trawl.evaluation.model.LanguageModels;
import io.github.trawl.evaluation.model.NumberChoice;
import io.github.trawl.evaluation.task.ExampleResult;
import io.github.trawl.evaluation.task.Split;
import io.github.trawl.factors.FactorEdits;
import io.github.trawl.factors.FactorFile;
import io.github.trawl.factors.FactorMember;
import io.github.trawl.factors.FactorSet;
import io.github.trawl.factors.MatrixEdit;
import io.github.trawl.linalg.CpuFeatures;
import io.github.trawl.tensor.KruskalTensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.api.java.JavaSparkContext;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Calls of a session with a small LLaMA of two layers, edits of it, and forty prompts. */
@Timeout(180)
class EvaluationSessionTest {
  private static final Configuration HADOOP = new Configuration();
  private static final AtomicInteger LOADED = new AtomicInteger();
  private static final ModelLoader COUNTING =
      (source, placement, hadoop) -> {
        LOADED.incrementAndGet();
        return LanguageModels.open(source.open(hadoop), hadoop, placement);
      };

  @TempDir private static Path folder;
  private static JavaSparkContext spark;
  private static Path task;

  @BeforeAll
  static void writeModelAndEdits() throws IOException {
    SmallModels.write("llama", folder.resolve("model"));
    task = SmallModels.task(folder.resolve("task"), 40);
    spark = SmallJobs.spark();
    SmallJobs.denoise(spark, path("model"), path("fc1"), "fc", "1");
    SmallJobs.denoise(spark, path("model"), path("qkvo0"), "qkvo", "0");
  }

  @AfterAll
  static void stopSpark() {
    spark.close();
  }

  /** A call is one way to ask what {@link EvaluationJob} asks. */
  @Test
  void aCallForAllExamplesGivesWhatAnEvaluationGives() {
    List<TaskReport> reports;
    try (EvaluationPlan plan =
        EvaluationPlan.prepare(
            request(List.of(path("fc1").toString(), path("qkvo0").toString())), HADOOP)) {
      reports = new EvaluationJob(spark, Progress.NONE).run(plan);
    }
    try (EvaluationSession session = EvaluationSession.prepare(request(List.of()), HADOOP)) {
      PlannedTask words = session.tasks().get(0);
      assertThat(words.examples()).isEqualTo(40);
      assertThat(words.examples(Split.VALIDATION)).hasSize(8).containsSequence(0, 1, 2);
      assertThat(words.split(8)).isEqualTo(Split.TEST);
      Arrived arrived = ask(session, words.examples(Split.ALL), candidates(session));
      assertThat(arrived.failures).isEmpty();
      for (TaskReport.CandidateReport report : reports.get(0).candidates()) {
        assertThat(arrived.results.get(name(report.name()))).isEqualTo(report.results());
      }
    }
  }

  /**
   * Whoever runs beside and in whatever order examples are named, a candidate's results have the
   * same bits; so have those of a call for examples that form batches of their own.
   */
  @Test
  void resultsDependOnTheChosenExamplesAlone() {
    try (EvaluationSession session = EvaluationSession.prepare(request(List.of()), HADOOP)) {
      List<Candidate> all = candidates(session);
      int[] some = {3, 17, 4, 30, 9, 12};
      int[] turned = {12, 9, 30, 4, 17, 3};
      Arrived together = ask(session, some, all);
      for (Candidate candidate : all) {
        List<ExampleResult> expected = together.results.get(candidate.name());
        assertThat(expected).extracting(ExampleResult::index).containsExactly(3, 17, 4, 30, 9, 12);
        List<ExampleResult> alone =
            new ArrayList<>(ask(session, turned, List.of(candidate)).results.get(candidate.name()));
        Collections.reverse(alone);
        assertThat(alone).isEqualTo(expected);
      }
      assertThat(together.results.values()).doesNotHaveDuplicates();
      // Four prompts of nine words fill a batch of four, and four of eight words the next.
      int[] whole = IntStream.range(0, 40).filter(i -> i % 9 == 8 || i % 9 == 7).toArray();
      int[] longer = Arrays.stream(whole).filter(i -> i % 9 == 8).toArray();
      int[] shorter = Arrays.stream(whole).filter(i -> i % 9 == 7).toArray();
      assertThat(longer).hasSize(4);
      try (EvaluationSession batches = EvaluationSession.prepare(request(List.of(), 4), HADOOP)) {
        Map<String, List<ExampleResult>> wholeCall = ask(batches, whole, all).results;
        Map<String, List<ExampleResult>> first = ask(batches, longer, all).results;
        Map<String, List<ExampleResult>> second = ask(batches, shorter, all).results;
        for (Candidate candidate : all) {
          List<ExampleResult> parts = new ArrayList<>(first.get(candidate.name()));
          parts.addAll(second.get(candidate.name()));
          assertThat(wholeCall.get(candidate.name())).containsExactlyInAnyOrderElementsOf(parts);
        }
      }
    }
  }

  /** Where batches are fewer than slots, candidates are spread; it changes no bit. */
  @Test
  void candidatesAreSpreadOverIdleSlots() {
    try (EvaluationSession session = EvaluationSession.prepare(request(List.of()), HADOOP)) {
      int[] few = {1, 2, 3};
      Map<String, List<ExampleResult>> one = ask(session, few, candidates(session)).results;
      spark.close();
      spark = SmallJobs.spark(3);
      assertThat(ask(session, few, candidates(session)).results).isEqualTo(one);
    }
  }

  /** Factors that compute NaN, are not finite, or are gone; the others go on. */
  @Test
  void aCandidateThatFailsIsReportedAndTheOthersGoOn() throws IOException {
    try (EvaluationSession session = EvaluationSession.prepare(request(List.of()), HADOOP)) {
      List<Candidate> candidates = new ArrayList<>(candidates(session));
      int[] examples = {0, 5, 10, 15, 20, 25, 30, 35};
      Map<String, List<ExampleResult>> expected = ask(session, examples, candidates).results;
      candidates.add(0, new Candidate("huge", edits(session, written("huge", 3e38f))));
      candidates.add(2, new Candidate("infinite", edits(session, written("infinite", 3e38f))));
      String gone = written("gone", 1);
      candidates.add(new Candidate("gone", edits(session, gone)));
      Files.delete(Path.of(java.net.URI.create(gone)));
      Arrived arrived = ask(session, examples, candidates);
      assertThat(arrived.results).isEqualTo(expected);
      assertThat(arrived.failures.keySet()).containsExactly("gone", "huge", "infinite");
      assertThat(arrived.failures.get("huge")).hasMessageContaining("NaN");
      assertThat(arrived.failures.get("infinite")).hasMessageContaining("finite");
      assertThat(arrived.failures.get("gone")).hasMessageContaining("gone.arrow");
      assertThat(arrived.failures.values())
          .allSatisfy(failure -> assertThat(failure.getMessage().lines()).hasSize(1));
    }
  }

  /**
   * Two calls at a time get each its own, the model is loaded once, and sinks run in the caller.
   */
  @Test
  void callsMayRunAtOnce() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(2);
    try (EvaluationSession session = EvaluationSession.prepare(request(List.of()), HADOOP)) {
      List<Candidate> candidates = candidates(session);
      int[] even = IntStream.range(0, 40).filter(i -> i % 2 == 0).toArray();
      int[] odd = IntStream.range(0, 40).filter(i -> i % 2 == 1).toArray();
      Map<String, List<ExampleResult>> evenAlone = ask(session, even, candidates).results;
      Map<String, List<ExampleResult>> oddAlone = ask(session, odd, candidates).results;
      long cached = EditedTensors.PROCESS.bytes();
      LOADED.set(0);
      CountDownLatch both = new CountDownLatch(2);
      List<Future<Map<String, List<ExampleResult>>>> calls = new ArrayList<>();
      for (int[] examples : List.of(even, odd)) {
        calls.add(
            threads.submit(
                () -> {
                  spark.setJobGroup("group " + examples[0], "asked side by side");
                  Thread own = Thread.currentThread();
                  Arrived arrived =
                      new Arrived() {
                        @Override
                        public void answered(Candidate candidate, List<ExampleResult> results) {
                          assertThat(Thread.currentThread()).isSameAs(own);
                          both.countDown();
                          await(both);
                          super.answered(candidate, results);
                        }
                      };
                  session.ask(
                      spark,
                      COUNTING,
                      Progress.NONE,
                      "call " + examples[0],
                      session.tasks().get(0),
                      examples,
                      candidates,
                      arrived);
                  assertThat(spark.getLocalProperty("spark.job.description"))
                      .isEqualTo("asked side by side");
                  return arrived.results;
                }));
      }
      assertThat(calls.get(0).get(60, TimeUnit.SECONDS)).isEqualTo(evenAlone);
      assertThat(calls.get(1).get(60, TimeUnit.SECONDS)).isEqualTo(oddAlone);
      assertThat(spark.statusTracker().getJobIdsForGroup("group 0")).hasSize(2);
      assertThat(LOADED).as("the model was there from the calls before").hasValue(0);
      assertThat(EditedTensors.PROCESS.bytes()).isEqualTo(cached);
    } finally {
      threads.shutdownNow();
    }
  }

  @Test
  void whatIsNoFaultOfACandidateEndsTheCall() throws IOException {
    Path other = SmallModels.write("llama", folder.resolve("other"));
    EvaluationRequest request = request("other", task, List.of(), 7);
    try (EvaluationSession session = EvaluationSession.prepare(request, HADOOP)) {
      Files.setLastModifiedTime(
          other.resolve("model-00001-of-00002.safetensors"),
          java.nio.file.attribute.FileTime.fromMillis(1000));
      Arrived arrived = new Arrived();
      assertThatThrownBy(
              () ->
                  session.ask(
                      spark,
                      Progress.NONE,
                      "changed",
                      session.tasks().get(0),
                      new int[] {0},
                      List.of(Candidate.UNMODIFIED),
                      arrived))
          .isInstanceOf(TrawlException.class)
          .hasMessageContaining("changed since");
      assertThat(arrived.failures).isEmpty();
      PlannedTask words = session.tasks().get(0);
      assertThatThrownBy(() -> ask(session, new int[] {1, 1}, List.of()))
          .isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> ask(session, new int[] {words.examples()}, List.of()))
          .isInstanceOf(IndexOutOfBoundsException.class);
      List<Candidate> twice = List.of(Candidate.UNMODIFIED, Candidate.UNMODIFIED);
      assertThatThrownBy(() -> ask(session, new int[] {1}, twice))
          .isInstanceOf(IllegalArgumentException.class);
      Arrived nothing = ask(session, new int[0], List.of(Candidate.UNMODIFIED));
      assertThat(nothing.results).isEqualTo(Map.of("unmodified", List.of()));
    }
  }

  /** The driver decides on a type, which an executor's processor may have no instructions for. */
  @Test
  void processorsWithoutInstructionsForTheTypeAreFound() throws IOException {
    Path description = Path.of("/proc/cpuinfo");
    assumeTrue(Files.exists(description));
    String features = Files.readString(description);
    Map<NumberChoice, String> instructions =
        Map.of(
            NumberChoice.FLOAT32, "processor",
            NumberChoice.BFLOAT16, "\\w+_bf16|bf16",
            NumberChoice.FLOAT16, "\\w+_fp16|asimdhp");
    instructions.forEach(
        (numbers, names) -> {
          boolean fast = Pattern.compile("\\b(" + names + ")\\b").matcher(features).find();
          try (EvaluationSession session =
              EvaluationSession.prepare(Requests.of(path("model"), task, numbers), HADOOP)) {
            ask(session, new int[] {0, 20}, List.of(Candidate.UNMODIFIED));
            assertThat(session.slowProcessors().found())
                .as(numbers.name())
                .isEqualTo(fast ? Set.of() : Set.of(CpuFeatures.describe()));
          }
        });
  }

  /** Equal for a copy elsewhere; another one for a row, a template, a setting, a tokenizer. */
  @Test
  void theDigestOfATaskIsOfWhatItAsks() throws IOException {
    String digest = digest("model", task);
    assertThat(digest).matches("[0-9a-f]{64}");
    Path copy = SmallModels.task(folder.resolve("a copy elsewhere"), 40);
    assertThat(digest("model", copy)).isEqualTo(digest);
    List<String> digests = new ArrayList<>(List.of(digest));
    digests.add(digest("model", SmallModels.task(folder.resolve("rows"), 39)));
    digests.add(
        digest("model", changed("row", "rows.jsonl", "\"answer\": \"w7\"", "\"answer\": \"w8\"")));
    digests.add(digest("model", changed("template", "words.yaml", "{{prompt}}", "a {{prompt}}")));
    digests.add(
        digest("model", changed("length", "words.yaml", "max_gen_toks: 3", "max_gen_toks: 4")));
    digests.add(digest("model", changed("name", "words.yaml", "task: words", "task: other")));
    Path model = SmallModels.write("llama", folder.resolve("tokens"));
    assertThat(digest("tokens", task)).isEqualTo(digest);
    Path tokenizer = model.resolve("tokenizer.json");
    Files.writeString(
        tokenizer,
        Files.readString(tokenizer)
            .replace("\"w7\": 7", "\"w7\": 8")
            .replace("\"w8\": 8", "\"w8\": 7"));
    digests.add(digest("tokens", task));
    for (String penalty : List.of("1.1", "1.2")) {
      Files.writeString(
          model.resolve("generation_config.json"), "{\"repetition_penalty\": " + penalty + "}");
      digests.add(digest("tokens", task));
    }
    assertThat(digests).doesNotHaveDuplicates();
  }

  /** Tasks that only score are asked of a model whose generations are not supported. */
  @Test
  void whatTheModelSaysOfGenerationsConcernsTasksThatGenerate() throws IOException {
    Path model = SmallModels.write("llama", folder.resolve("beams"));
    Files.writeString(model.resolve("generation_config.json"), "{\"num_beams\": 4}");
    assertThatThrownBy(() -> digest("beams", task))
        .isInstanceOfSatisfying(
            TrawlException.class, e -> assertThat(e.category()).isEqualTo(ErrorCategory.BAD_INPUT))
        .hasMessageContaining("beams/generation_config.json: num_beams ");
    assertThat(digest("beams", SmallModels.choices(folder.resolve("scores"), 3))).isNotEmpty();
  }

  /** Of lm-evaluation-harness, written by make_stop_golden.py. */
  @Test
  void generationsEndAtSpecialTokensAndHaveThePenaltyOfTheModel() throws IOException {
    ObjectMapper json = new ObjectMapper();
    JsonNode all = json.readTree(Path.of("src/test/resources/generation/golden.json").toFile());
    JsonNode golden = all.get(all.size() - 1);
    assertThat(golden.get("what").asText()).isEqualTo("a penalty and a special token");
    Path model = SmallModels.write("llama", folder.resolve("special"));
    for (String name : List.of("tokenizer", "tokenizer_config", "generation_config")) {
      json.writeValue(model.resolve(name + ".json").toFile(), golden.get(name));
    }
    Path rows = folder.resolve("special.jsonl");
    List<String> lines = new ArrayList<>();
    golden.get("rows").forEach(row -> lines.add(row.toString()));
    Files.write(rows, lines);
    Path yaml =
        Files.writeString(
            folder.resolve("special.yaml"),
            golden.get("task").asText().replace("ROWS", rows.toString()));
    List<String> expected = new ArrayList<>();
    golden.get("texts").forEach(text -> expected.add(text.asText()));
    try (EvaluationSession session =
        EvaluationSession.prepare(request("special", yaml, List.of(), 4), HADOOP)) {
      int[] examples = session.tasks().get(0).examples(Split.ALL);
      assertThat(ask(session, examples, List.of(Candidate.UNMODIFIED)).results.get("unmodified"))
          .extracting(ExampleResult::prediction)
          .containsExactlyElementsOf(expected);
    }
  }

  private static Path changed(String name, String file, String before, String after)
      throws IOException {
    Path changed = SmallModels.task(folder.resolve("changed " + name), 40);
    Path target = changed.resolveSibling(file);
    String content = Files.readString(target);
    assertThat(content).contains(before);
    Files.writeString(target, content.replace(before, after));
    return changed;
  }

  private static String digest(String model, Path taskFile) {
    try (EvaluationSession session =
        EvaluationSession.prepare(request(model, taskFile, List.of(), 7), HADOOP)) {
      return session.tasks().get(0).digest();
    }
  }

  private static Arrived ask(
      EvaluationSession session, int[] examples, List<Candidate> candidates) {
    return Arrived.of(spark, session, examples, candidates);
  }

  /** The unmodified model, each edit, and both at once. */
  private static List<Candidate> candidates(EvaluationSession session) {
    FactorEdits finder = finder(session);
    List<String> both = List.of(path("fc1") + "#r3", path("qkvo0") + "#r3");
    return List.of(
        Candidate.UNMODIFIED,
        new Candidate("fc1", finder.find(both.subList(0, 1))),
        new Candidate("qkvo0", finder.find(both.subList(1, 2))),
        new Candidate("both", finder.find(both)));
  }

  private static FactorEdits finder(EvaluationSession session) {
    return new FactorEdits(
        session.checkpoint(), Architecture.forModel(session.checkpoint()), HADOOP);
  }

  private static List<MatrixEdit> edits(EvaluationSession session, String file) {
    return finder(session).find(List.of(file));
  }

  /** A file that replaces a feed-forward matrix of layer 1 by one of equal values. */
  private static String written(String name, float value) throws IOException {
    Files.createDirectories(folder.resolve("attempts"));
    float[] rows = new float[48];
    float[] columns = new float[32];
    Arrays.fill(rows, 1);
    Arrays.fill(columns, name.equals("infinite") ? 3e38f : 1);
    return FactorFile.write(
            new Staging(path("attempts").toString(), path("published").toString()),
            name,
            name + ".arrow",
            new FactorSet(
                "up",
                List.of("layer 1 UP (model.layers.1.mlp.up_proj.weight)"),
                false,
                List.of(new FactorMember("r1", 1, 0, 0, 0, "NONE")),
                List.of(new KruskalTensor(new float[] {1}, new float[] {value}, rows, columns)),
                Map.of()),
            HADOOP)
        .path()
        .toUri()
        .toString();
  }

  private static void await(CountDownLatch latch) {
    try {
      assertThat(latch.await(30, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String name(String report) {
    return report.substring(report.lastIndexOf('/') + 1);
  }

  private static EvaluationRequest request(List<String> factors) {
    return request(factors, 7);
  }

  private static EvaluationRequest request(List<String> factors, int batchSize) {
    return request("model", task, factors, batchSize);
  }

  private static EvaluationRequest request(
      String model, Path taskFile, List<String> factors, int batchSize) {
    return new EvaluationRequest(
        path(model),
        Optional.empty(),
        List.of(taskFile.toString()),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        factors,
        batchSize,
        DeviceChoice.CPU,
        1L << 30);
  }

  private static org.apache.hadoop.fs.Path path(String name) {
    return new org.apache.hadoop.fs.Path(folder.resolve(name).toUri().toString());
  }
}
