package io.github.trawl.evaluation.task;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.trawl.evaluation.model.ModelKind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The lines of samples files, compared with those that make_fewshot_golden.py got. */
class TaskSamplesTest {
  private static final Path GOLDEN = Path.of("src", "test", "resources", "fewshot", "golden.json");

  @TempDir Path directory;

  static Stream<JsonNode> tasks() throws IOException {
    JsonNode golden = new ObjectMapper().readTree(GOLDEN.toFile());
    return StreamSupport.stream(golden.get("samples").spliterator(), false);
  }

  @ParameterizedTest
  @MethodSource("tasks")
  void linesAreThoseOfTheHarness(JsonNode expected) throws IOException {
    StringBuilder rows = new StringBuilder();
    new ObjectMapper()
        .readTree(GOLDEN.toFile())
        .get("odd")
        .forEach(row -> rows.append(row).append('\n'));
    Files.writeString(directory.resolve("test.jsonl"), rows);
    TaskRun run =
        TaskRun.of(
            directory, ModelKind.CAUSAL, 256, expected.get("task").asText(), rows.toString());
    TaskSamples samples =
        TaskSamples.of(
            run.task(),
            TaskRun.examples(run.task(), 9, new LetterTokenizer(false)),
            run.task().definition().scoring());
    List<String> lines = new ArrayList<>();
    expected.get("lines").forEach(line -> lines.add(line.asText()));
    assertThat(run.results().stream().map(samples::line)).isEqualTo(lines);
    assertThat(samples.hash(run.results())).isEqualTo(expected.get("hash").asText());
  }

  @Test
  void aMaskedModelIsShownWithItsMasksAndOurMetrics() throws IOException {
    TaskRun run =
        TaskRun.of(
            directory,
            ModelKind.MASKED,
            64,
            """
            task: t
            dataset_path: rows.jsonl
            output_type: multiple_choice
            doc_to_text: q
            doc_to_choice: [a, b]
            doc_to_target: n
            metric_list: [acc, loss]
            """,
            "{\"q\": \"x\", \"n\": 1}\n");
    TaskSamples samples =
        TaskSamples.of(
            run.task(),
            TaskRun.examples(run.task(), 9, new LetterTokenizer(true)),
            run.task().definition().scoring());
    JsonNode line = new ObjectMapper().readTree(samples.line(run.results().get(0)));
    assertThat(line.at("/arguments/gen_args_1/arg_0").asText()).isEqualTo("x [MASK]");
    assertThat(line.at("/arguments/gen_args_1/arg_1").asText()).isEqualTo("b");
    assertThat(line.get("metrics").toString()).isEqualTo("[\"acc\",\"loss\"]");
    assertThat(line.get("loss").doubleValue())
        .isEqualTo(run.results().get(0).measures().get("loss"));
  }
}
