package io.github.trawl.evaluation.task;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.trawl.evaluation.model.ModelKind;
import io.github.trawl.evaluation.text.TokenizerFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TaskDigestTest {
  private static final String ASKED =
      "task: mine\ndataset_path: rows.jsonl\ndoc_to_text: \"Q: {{q}}\"\ndoc_to_target: a\n";
  private static final String TASK = ASKED + "generation_kwargs: {max_gen_toks: 10}\n";
  private static final String CHOICE =
      ASKED + "output_type: multiple_choice\ndoc_to_choice: [x, y]\n";
  private static final String ROWS =
      "{\"q\": \"one\", \"a\": \"x\"}\n{\"q\": \"two\", \"a\": \"y\"}\n{\"q\": \"three\", \"a\": \"x\"}\n";

  @TempDir Path directory;

  /** Sweeps find measured points by the digest: these are from before there were examples. */
  @ParameterizedTest
  @CsvSource({
    "'generation_kwargs: {max_gen_toks: 10}\n', baa00f875acd1539832c9029a965377dac523c9b61cadfd9afeb888a1085445f",
    "'description: \"Answer.\"\ngeneration_kwargs: {max_gen_toks: 10}\n', b80d1ec43160d451429d75b7ba141ad40f28a6f25007f27170a1aef91d4c0950",
    "'metric_list: [loss, accuracy]\ngeneration_kwargs: {max_gen_toks: 10, until: [\".\"]}\n', b165f49a247ba7d8d833df89c06b056f3e72e9819d598254d4a4691957187027"
  })
  void aTaskWithoutExamplesKeepsItsDigest(String more, String digest) throws IOException {
    assertThat(digest(ASKED + more)).isEqualTo(digest);
  }

  @Test
  void aTaskOfChoicesKeepsItsDigest() throws IOException {
    assertThat(digest(CHOICE))
        .isEqualTo("4d19e5a58efd9d8e9e13779a0f8695597b24afb1f222e6b67ca81485d814a133");
  }

  @Test
  void whatChangesANumberChangesTheDigest() throws IOException {
    String rows = ROWS + ROWS.replace("q\": \"", "q\": \"also ");
    List<String> digests = new ArrayList<>();
    for (String task : List.of(TASK, CHOICE)) {
      digests.add(digest(task, rows));
      String drawn = task + "fewshot_split: test\nnum_fewshot: ";
      digests.add(digest(drawn + 1, rows));
      digests.add(digest(drawn + 2, rows));
      digests.add(digest(drawn + "2\nfewshot_config: {sampler: first_n}\n", rows));
      digests.add(digest(drawn + "1\nfewshot_delimiter: \"\\n\"\n", rows));
      digests.add(digest(drawn + "1\nfewshot_config: {target_delimiter: \": \"}\n", rows));
    }
    String exact = TASK + "metric_list:\n  - {metric: exact_match";
    digests.add(digest(exact + "}\n"));
    digests.add(digest(exact + ", ignore_case: true}\n"));
    digests.add(digest(exact + ", ignore_punctuation: true}\n"));
    digests.add(digest(exact + ", ignore_numbers: true}\n"));
    digests.add(digest(exact + ", regexes_to_ignore: [\"a\", \"b\"]}\n"));
    digests.add(digest(exact + ", regexes_to_ignore: [\"b\", \"a\"]}\n"));
    assertThat(digests).doesNotHaveDuplicates();
  }

  @Test
  void keysThatNoExampleAsksForChangeNothing() throws IOException {
    assertThat(digest(TASK + "fewshot_split: test\nfewshot_delimiter: x\nnum_fewshot: 0\n"))
        .isEqualTo(digest(TASK));
  }

  private String digest(String yaml) throws IOException {
    return digest(yaml, ROWS);
  }

  private String digest(String yaml, String rows) throws IOException {
    Task task = TaskRun.task(directory, yaml, rows);
    LetterTokenizer tokenizer = new LetterTokenizer(false);
    Scorer scorer = Scorer.of(task.definition().scoring(), ModelKind.CAUSAL, tokenizer, 256);
    return TaskDigest.of(
        task.definition(),
        new TokenizerFiles("model", Map.of("tokenizer.json", new byte[] {1, 2})),
        TaskQuestions.of(scorer, TaskRun.examples(task, Integer.MAX_VALUE, tokenizer)));
  }
}
