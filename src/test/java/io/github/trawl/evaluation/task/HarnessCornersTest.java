package io.github.trawl.evaluation.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.trawl.checkpoint.Checkpoint;
import io.github.trawl.evaluation.model.LanguageModel;
import io.github.trawl.evaluation.model.LanguageModels;
import io.github.trawl.evaluation.model.Placement;
import io.github.trawl.evaluation.text.TextTokenizer;
import io.github.trawl.evaluation.text.TokenizerFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What lm-evaluation-harness makes of odd tasks, written by make_corner_golden.py. */
class HarnessCornersTest {
  private static final Path ROOT = Path.of("src", "test", "resources", "corners");
  private static final int CONTEXT = 24;
  private static final double TOLERANCE = 1e-4;

  @TempDir private Path directory;

  static Stream<Arguments> tasks() throws IOException {
    JsonNode golden = new ObjectMapper().readTree(ROOT.resolve("golden.json").toFile());
    return StreamSupport.stream(golden.spliterator(), false)
        .map(task -> Arguments.of(task.get("what").asText(), task.get("tokenizer").asText(), task));
  }

  @ParameterizedTest(name = "{0}, {1}")
  @MethodSource("tasks")
  void countsWhatTheHarnessDoes(String what, String tokenizer, JsonNode golden) throws IOException {
    List<ExampleResult> results = run(tokenizer, golden);
    assertThat(results).hasSameSizeAs(golden.get("samples"));
    for (int i = 0; i < results.size(); i++) {
      JsonNode expected = golden.get("samples").get(i);
      assertMeasures(results.get(i), expected, "row " + i);
      JsonNode answers = expected.get("answers");
      List<Double> logLikelihoods = results.get(i).question().logLikelihoods();
      for (int choice = 0; choice < logLikelihoods.size(); choice++) {
        assertThat(logLikelihoods.get(choice))
            .as("row %d, choice %d", i, choice)
            .isCloseTo(answers.get(choice).get(0).doubleValue(), within(TOLERANCE));
      }
      if (answers.get(0).isTextual()) {
        assertThat(results.get(i).prediction()).as("row %d", i).isEqualTo(answers.get(0).asText());
      }
    }
  }

  private static void assertMeasures(ExampleResult result, JsonNode expected, String row) {
    for (String share : List.of("acc", "acc_norm")) {
      if (expected.has(share)) {
        assertThat(result.measures()).as(row).containsEntry(share, expected.get(share).asDouble());
      }
    }
    Double logLikelihood = result.measures().get(Measures.LOG_LIKELIHOOD);
    if (logLikelihood != null) {
      JsonNode page = expected.path("word_perplexity");
      double theirs =
          page.isMissingNode() ? expected.at("/answers/0/0").asDouble() : page.get(0).asDouble();
      assertThat(logLikelihood).as(row).isCloseTo(theirs, within(TOLERANCE));
      if (!page.isMissingNode()) {
        assertThat(result.measures())
            .as(row)
            .containsEntry(Measures.WORDS, page.get(1).asDouble())
            .containsEntry(Measures.BYTES, expected.at("/byte_perplexity/1").asDouble());
      }
    }
  }

  private List<ExampleResult> run(String name, JsonNode golden) throws IOException {
    StringBuilder data = new StringBuilder();
    golden.get("rows").forEach(row -> data.append(row).append('\n'));
    Task task =
        TaskRun.task(
            directory,
            golden.get("task").asText().replace("ROWS", directory.resolve("rows.jsonl").toString()),
            data.toString());
    Configuration hadoop = new Configuration();
    Checkpoint checkpoint = Checkpoint.open(path("model"), hadoop);
    try (TextTokenizer tokenizer = TokenizerFiles.read(path(name), hadoop).open();
        LanguageModel model = LanguageModels.open(checkpoint, hadoop, Placement.cpu(1))) {
      Scorer scorer = Scorer.of(task.definition().scoring(), model.kind(), tokenizer, CONTEXT);
      TaskQuestions questions =
          TaskQuestions.of(scorer, TaskRun.examples(task, Integer.MAX_VALUE, tokenizer));
      return questions.results(
          questions.requests().isEmpty() ? List.of() : model.score(questions.requests()),
          questions.prompts().isEmpty()
              ? List.of()
              : model.generate(
                  questions.prompts(),
                  task.definition().newTokens(),
                  tokenizer.stopTokens(task.definition().until())));
    }
  }

  private static org.apache.hadoop.fs.Path path(String name) {
    return new org.apache.hadoop.fs.Path(ROOT.resolve(name).toUri());
  }
}
