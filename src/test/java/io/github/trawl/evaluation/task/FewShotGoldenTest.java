package io.github.trawl.evaluation.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What Python and lm-evaluation-harness make of examples, written by make_fewshot_golden.py. */
class FewShotGoldenTest {
  private static final Path GOLDEN = Path.of("src", "test", "resources", "fewshot", "golden.json");

  @TempDir Path directory;

  private static JsonNode golden() throws IOException {
    return new ObjectMapper().readTree(GOLDEN.toFile());
  }

  private static Stream<JsonNode> stream(JsonNode list) {
    return StreamSupport.stream(list.spliterator(), false);
  }

  @Test
  void drawsWhatPythonDraws() throws IOException {
    for (JsonNode seeded : golden().get("draws")) {
      PythonRandom random = new PythonRandom(seeded.get("seed").intValue());
      for (JsonNode draw : seeded.get("draws")) {
        int[] places = stream(draw.get(2)).mapToInt(JsonNode::intValue).toArray();
        assertThat(random.sample(draw.get(0).intValue(), draw.get(1).intValue()))
            .as("seed %s, %s", seeded.get("seed"), draw)
            .isEqualTo(places);
      }
    }
  }

  static Stream<Arguments> regexes() throws IOException {
    return stream(golden().get("regexes"))
        .map(
            each -> Arguments.of(each.get(0).asText(), each.get(1).asText(), each.get(2).asText()));
  }

  @ParameterizedTest
  @MethodSource("regexes")
  void takesOutWhatPythonTakesOut(String regex, String text, String rest) {
    assertThat(PythonRegex.parse(regex).remove(text)).isEqualTo(rest);
  }

  @Test
  void anExpressionThatJavaHasNoWordForIsRefused() throws IOException {
    for (JsonNode regex : golden().get("refused")) {
      assertThatThrownBy(() -> PythonRegex.parse(regex.asText()))
          .as(regex.asText())
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void countsTheExactMatchesOfTheHarness() throws IOException {
    for (JsonNode match : golden().get("matches")) {
      JsonNode options = match.get("options");
      ExactMatch exact =
          new ExactMatch(
              stream(options.path("regexes_to_ignore"))
                  .map(regex -> PythonRegex.parse(regex.asText()))
                  .toList(),
              options.path("ignore_case").asBoolean(),
              options.path("ignore_punctuation").asBoolean(),
              options.path("ignore_numbers").asBoolean());
      assertThat(exact.score(match.get("said").asText(), List.of(match.get("answer").asText())))
          .as(match.toString())
          .isEqualTo(match.get("score").doubleValue());
    }
  }

  static Stream<Arguments> tasks() throws IOException {
    return stream(golden().get("tasks")).map(task -> Arguments.of(task.get("what").asText(), task));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("tasks")
  void asksWhatTheHarnessAsks(String what, JsonNode expected) throws IOException {
    Files.writeString(directory.resolve("train.jsonl"), lines(golden().get("train")));
    Files.writeString(directory.resolve("test.jsonl"), lines(expected.get("rows")));
    Path file = Files.writeString(directory.resolve("task.yaml"), expected.get("task").asText());
    Optional<Integer> number =
        expected.get("number").isNull()
            ? Optional.empty()
            : Optional.of(expected.get("number").intValue());
    Task task =
        Task.load(
            file.toString(),
            Optional.empty(),
            new FewShotOptions(number, expected.get("seed").intValue()),
            new Configuration());
    List<String> prompts =
        TaskRun.examples(task, Integer.MAX_VALUE, new LetterTokenizer(false)).stream()
            .map(Example::context)
            .toList();
    assertThat(prompts).isEqualTo(texts(expected.get("prompts")));
    assertThat(task.definition().shots()).isEqualTo(expected.get("shots").intValue());
    if (task.definition().shots() > 0 && !expected.get("until").isNull()) {
      assertThat(task.definition().until()).isEqualTo(texts(expected.get("until")));
    }
    if (!expected.get("tokens").isNull()) {
      assertThat(task.definition().newTokens()).isEqualTo(expected.get("tokens").intValue());
    }
  }

  private static String lines(JsonNode rows) {
    StringBuilder lines = new StringBuilder();
    rows.forEach(row -> lines.append(row).append('\n'));
    return lines.toString();
  }

  private static List<String> texts(JsonNode list) {
    List<String> texts = new ArrayList<>();
    list.forEach(each -> texts.add(each.asText()));
    return texts;
  }
}
