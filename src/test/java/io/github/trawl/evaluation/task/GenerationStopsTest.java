package io.github.trawl.evaluation.task;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.trawl.checkpoint.Checkpoint;
import io.github.trawl.evaluation.SmallModels;
import io.github.trawl.evaluation.model.LanguageModel;
import io.github.trawl.evaluation.model.LanguageModels;
import io.github.trawl.evaluation.model.Placement;
import io.github.trawl.evaluation.text.TextTokenizer;
import io.github.trawl.evaluation.text.TokenizerFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Where lm-evaluation-harness ends generated texts, written by make_stop_golden.py. */
class GenerationStopsTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Configuration HADOOP = new Configuration();
  private static final Path GOLDEN = Path.of("src/test/resources/generation/golden.json");

  @TempDir private Path directory;

  static Stream<Arguments> cases() throws IOException {
    return StreamSupport.stream(JSON.readTree(GOLDEN.toFile()).spliterator(), false)
        .map(each -> Arguments.of(each.get("what").asText(), each));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("cases")
  void endsTextsWhereTheHarnessDoes(String what, JsonNode golden) throws IOException {
    Path files = SmallModels.write("llama", directory.resolve("model"));
    for (String name : List.of("tokenizer", "tokenizer_config", "generation_config")) {
      JSON.writeValue(files.resolve(name + ".json").toFile(), golden.get(name));
    }
    StringBuilder rows = new StringBuilder();
    golden.get("rows").forEach(row -> rows.append(row).append('\n'));
    Task task =
        TaskRun.task(
            directory,
            golden.get("task").asText().replace("ROWS", directory.resolve("rows.jsonl").toString()),
            rows.toString());
    List<String> expected = new ArrayList<>();
    golden.get("texts").forEach(text -> expected.add(text.asText()));
    org.apache.hadoop.fs.Path path = new org.apache.hadoop.fs.Path(files.toUri());
    try (TextTokenizer tokenizer = TokenizerFiles.read(path, HADOOP).open();
        LanguageModel model =
            LanguageModels.open(Checkpoint.open(path, HADOOP), HADOOP, Placement.cpu(1))) {
      TaskDefinition definition = task.definition();
      Scorer scorer =
          Scorer.of(definition.scoring(), model.kind(), tokenizer, model.contextLength());
      TaskQuestions questions =
          TaskQuestions.of(scorer, TaskRun.examples(task, Integer.MAX_VALUE, tokenizer));
      assertThat(
              questions.results(
                  model.score(questions.requests()),
                  model.generate(
                      questions.prompts(),
                      definition.newTokens(),
                      tokenizer.stopTokens(definition.until()))))
          .extracting(ExampleResult::prediction)
          .containsExactlyElementsOf(expected);
    }
  }
}
