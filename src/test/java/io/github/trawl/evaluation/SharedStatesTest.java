package io.github.trawl.evaluation;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.trawl.architecture.Architecture;
import io.github.trawl.evaluation.model.WeightMode;
import io.github.trawl.evaluation.task.ExampleResult;
import io.github.trawl.evaluation.task.Split;
import io.github.trawl.factors.FactorEdits;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.api.java.JavaSparkContext;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Candidates that are asked together, and so start from states that earlier ones left, answer as
 * each does alone: also where the last one is no unmodified model, and where the feed-forward
 * network stands beside the attention.
 */
@Timeout(240)
class SharedStatesTest {
  private static final Configuration HADOOP = new Configuration();

  @TempDir private static Path folder;
  private static JavaSparkContext spark;
  private static Path words;
  private static Path choices;

  @BeforeAll
  static void start() throws IOException {
    words = SmallModels.task(folder.resolve("task"), 24);
    choices = SmallModels.choices(folder.resolve("task"), 12);
    spark = SmallJobs.spark();
  }

  @AfterAll
  static void stop() {
    spark.close();
  }

  @ParameterizedTest
  @CsvSource({
    "gptj, MEMORY",
    "gptj, STREAM",
    "phi, MEMORY",
    "phi, STREAM",
    "llama, MEMORY",
    "llama, STREAM",
    "gemma3, MEMORY",
    "gemma3, STREAM"
  })
  void answerAsAlone(String family, WeightMode weights) throws IOException {
    SmallModels.write(family, folder.resolve(family + weights));
    org.apache.hadoop.fs.Path model = path(family + weights);
    List<String> edits = new ArrayList<>();
    for (String matrices : List.of("q", "o", "up", "down")) {
      String output = family + weights + "-" + matrices;
      SmallJobs.denoise(spark, model, path(output), matrices, "0");
      edits.add(path(output) + "#r3");
    }
    for (Path task : List.of(words, choices)) {
      askTogetherAndAlone(Requests.of(model, task, weights, 1L << 30), edits);
    }
  }

  private static void askTogetherAndAlone(EvaluationRequest request, List<String> edits) {
    try (EvaluationSession session = EvaluationSession.prepare(request, HADOOP)) {
      FactorEdits finder =
          new FactorEdits(
              session.checkpoint(), Architecture.forModel(session.checkpoint()), HADOOP);
      List<Candidate> candidates =
          edits.stream().map(edit -> new Candidate(edit, finder.find(List.of(edit)))).toList();
      Map<String, List<ExampleResult>> alone = new TreeMap<>();
      for (Candidate candidate : candidates) {
        alone.putAll(ask(session, List.of(candidate)));
      }
      assertThat(alone.values()).doesNotHaveDuplicates();
      assertThat(ask(session, candidates)).isEqualTo(alone);
      // Pairs, of which the later one is the last.
      for (int first = 0; first < candidates.size(); first++) {
        for (int second = first + 1; second < candidates.size(); second++) {
          Map<String, List<ExampleResult>> pair =
              ask(session, List.of(candidates.get(first), candidates.get(second)));
          assertThat(alone).containsAllEntriesOf(pair);
        }
      }
    }
  }

  private static Map<String, List<ExampleResult>> ask(
      EvaluationSession session, List<Candidate> candidates) {
    int[] examples = session.tasks().get(0).examples(Split.ALL);
    Arrived arrived = Arrived.of(spark, session, examples, candidates);
    assertThat(arrived.failures).isEmpty();
    return arrived.results;
  }

  private static org.apache.hadoop.fs.Path path(String name) {
    return new org.apache.hadoop.fs.Path(folder.resolve(name).toUri().toString());
  }
}
