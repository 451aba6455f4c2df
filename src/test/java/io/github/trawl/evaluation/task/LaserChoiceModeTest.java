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
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What LASER computes for choices of several tokens, written by make_choice_golden.py. */
class LaserChoiceModeTest {
  private static final Path RESOURCES = Path.of("src", "test", "resources");
  private static final double TOLERANCE = 1e-4;

  @TempDir Path directory;

  @ParameterizedTest
  @CsvSource({"roberta, mask_fill", "roberta, continuation", "gptj, causal"})
  void countsWhatLaserDoes(String model, String way) throws IOException {
    JsonNode golden =
        new ObjectMapper()
            .readTree(RESOURCES.resolve("choice/" + model + "/golden.json").toFile())
            .get(way);
    List<ExampleResult> results = run(model, golden, way.equals("causal") ? "continuation" : way);
    assertThat(results).hasSize(8);
    for (int i = 0; i < results.size(); i++) {
      JsonNode expected = golden.get(i);
      Map<String, Double> measures = results.get(i).measures();
      boolean right = expected.get("chosen").equals(expected.get("gold"));
      assertThat(measures.get("acc_laser")).as("row %d", i).isEqualTo(right ? 1.0 : 0.0);
      assertThat(measures.get("loss_laser"))
          .as("row %d", i)
          .isCloseTo(expected.get("loss").doubleValue(), within(TOLERANCE));
    }
  }

  private List<ExampleResult> run(String model, JsonNode rows, String way) throws IOException {
    StringBuilder data = new StringBuilder();
    rows.forEach(row -> data.append(row).append('\n'));
    Task task =
        TaskRun.task(
            directory,
            """
            task: laser
            output_type: multiple_choice
            dataset_path: rows.jsonl
            doc_to_text: "{{question}}"
            doc_to_choice: "{{choices}}"
            doc_to_target: "{{gold}}"
            masked:
              doc_to_text: "{{question|trim}} [MASK]."
              laser_choices: %s
            """
                .formatted(way),
            data.toString());
    Configuration hadoop = new Configuration();
    Checkpoint checkpoint = Checkpoint.open(path("forward/" + model), hadoop);
    try (TextTokenizer tokenizer = TokenizerFiles.read(path("choice/" + model), hadoop).open();
        LanguageModel language = LanguageModels.open(checkpoint, hadoop, Placement.cpu(1))) {
      Scorer scorer =
          Scorer.of(
              task.definition().scoring(), language.kind(), tokenizer, language.contextLength());
      TaskQuestions questions =
          TaskQuestions.of(scorer, TaskRun.examples(task, Integer.MAX_VALUE, tokenizer));
      return questions.results(language.score(questions.requests()), List.of());
    }
  }

  private static org.apache.hadoop.fs.Path path(String resource) {
    return new org.apache.hadoop.fs.Path(RESOURCES.resolve(resource).toUri());
  }
}
