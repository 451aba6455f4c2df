package io.github.trawl.evaluation.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.trawl.ErrorCategory;
import io.github.trawl.TrawlException;
import io.github.trawl.evaluation.model.ModelKind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Examples in prompts that are refused, and rows that examples are not taken from. */
class FewShotTest {
  private static final String TASK =
      "task: mine\ndataset_path: rows.jsonl\ndoc_to_text: \"Q: {{q}}\"\ndoc_to_target: a\n";
  private static final String SHOTS = TASK + "fewshot_split: test\nnum_fewshot: 1\n";
  private static final String ROWS =
      "{\"q\": \"one\", \"a\": \"x\"}\n{\"q\": \"two\", \"a\": \"y\"}\n";

  @TempDir Path directory;

  @ParameterizedTest
  @CsvSource(
      delimiterString = "=>",
      value = {
        "num_fewshot: two => key 'num_fewshot' must be a whole number from 0",
        "num_fewshot: 2 => key 'fewshot_split' is missing: name the split that examples come from; with 'test'",
        "{num_fewshot: 2, test_split: t, training_split: t} => key 'fewshot_split' is missing: name the split that examples come from; with 't'",
        "{num_fewshot: 2, fewshot_split: train} => key 'fewshot_split' or another key names the split 'train' for examples, but the task has one file",
        "{num_fewshot: 2, fewshot_split: v, validation_split: v} => key 'test_split' is missing: examples come from the evaluated rows, so name 'v'",
        "{num_fewshot: 2, validation_split: v, training_split: t} => key 'fewshot_split' or another key names the split 't' for examples, but the task has one file",
        "{num_fewshot: 2, test_split: v, validation_split: v} => key 'fewshot_split' is missing: name the split that examples come from; with 'v'",
        "{num_fewshot: 2, fewshot_split: test, fewshot_config: {sampler: balanced}} => key 'fewshot_config.sampler' is 'balanced', not one of default, first_n",
        "{fewshot_config: {fewshot_indices: [1]}} => key 'fewshot_config.fewshot_indices' is not supported",
        "{num_fewshot: 2, fewshot_config: {split: test, samples: [{q: a}]}} => key 'fewshot_config.samples' and a split are both given",
        "{num_fewshot: 2, fewshot_config: {samples: [a]}} => key 'fewshot_config.samples' holds a, which is no map",
        "{num_fewshot: 2, fewshot_config: {samples: [{q: 2001-01-01}]}} => key 'fewshot_config.samples' holds",
        "{num_fewshot: 2, fewshot_split: test, output_type: loglikelihood_rolling} => key 'num_fewshot' doesn't fit output_type loglikelihood_rolling",
        "{num_fewshot: 2, fewshot_split: test, output_type: mask_fill} => key 'num_fewshot' doesn't fit output_type mask_fill",
        "{num_fewshot: 2, fewshot_split: test, fewshot_config: {doc_to_choice: [a]}} => key 'fewshot_config.doc_to_choice' doesn't fit output_type generate_until",
        "{num_fewshot: 2, fewshot_split: test, fewshot_delimiter: ''} => key 'fewshot_delimiter' is empty, so it can't end a generation",
        "metric_list: [{metric: exact_match, regexes_to_ignore: 'a'}] => key 'metric_list.exact_match.regexes_to_ignore' must be a list",
        "metric_list: [{metric: exact_match, regexes_to_ignore: ['(']}] => key 'metric_list.exact_match.regexes_to_ignore' holds '(': is no regular expression",
        "metric_list: [{metric: exact_match, regexes_to_ignore: ['(?x)a']}] => key 'metric_list.exact_match.regexes_to_ignore' holds '(?x)a': the expression has a group",
        "metric_list: [{metric: exact_match, ignore_case: 1}] => key 'metric_list.exact_match.ignore_case' must be true or false",
        "metric_list: [{metric: exact_match, ignore_cases: true}] => key 'metric_list.exact_match.ignore_cases' is not supported; did you mean 'ignore_case'?",
        "metric_list: [{metric: exact_match, aggregation: median}] => key 'metric_list.exact_match.aggregation' can only be mean",
        "metric_list: [exact_match, exact_match] => key 'metric_list' holds exact_match twice",
        "{output_type: mask_fill, metric_list: [exact_match]} => key 'metric_list' holds 'exact_match', not one of"
      })
  void aWrongKeyIsNamedOnOneLine(String keys, String message) {
    String more = keys.startsWith("{") ? keys : "{" + keys + "}";
    String task =
        "{task: mine, dataset_path: rows.jsonl, doc_to_text: q, doc_to_target: a, "
            + more.substring(1);
    assertThatThrownBy(() -> TaskRun.task(directory, task, ROWS))
        .isInstanceOfSatisfying(
            TrawlException.class, e -> assertThat(e.category()).isEqualTo(ErrorCategory.USAGE))
        .hasMessageStartingWith("task file " + directory.resolve("task.yaml") + ": " + message)
        .hasMessageNotContaining("\n");
  }

  @Test
  void aSplitWithoutAFileIsNamed() {
    String task =
        TASK.replace("rows.jsonl", "json")
            + "dataset_kwargs: {data_files: {test: rows.jsonl}}\nnum_fewshot: 1\nfewshot_split: dev\n";
    assertThatThrownBy(() -> TaskRun.task(directory, task, ROWS))
        .isInstanceOf(TrawlException.class)
        .hasMessageEndingWith("key 'dataset_kwargs.data_files' has no file for the split 'dev'");
  }

  @Test
  void tooFewRowsAndRowsThatDoNotFitAreNamed() throws IOException {
    refusesRows(
        SHOTS.replace("num_fewshot: 1", "num_fewshot: 2"),
        ROWS,
        "task mine, row 0 of the data: num_fewshot is 2, but 'test' has 1 rows to take");
    refusesRows(
        SHOTS,
        "{\"q\": \"one\", \"a\": \"x\"}\n".repeat(3),
        "task mine, row 0 of the data: num_fewshot is 1, but 'test' has 0 rows to take");
    refusesRows(
        TASK + "num_fewshot: 1\nfewshot_config: {samples: [{q: one}]}\n",
        ROWS,
        "task mine, row 0 of the data: its example, row 0 of 'fewshot_config.samples': no field 'a'");
    refusesRows(
        SHOTS,
        ROWS.replace("one", "[MASK] one"),
        "task mine, row 0 of the data: the prompt has [MASK], so no examples");
  }

  private void refusesRows(String yaml, String rows, String message) throws IOException {
    Task task = TaskRun.task(directory, yaml, rows);
    assertThatThrownBy(() -> TaskRun.examples(task, 9, new LetterTokenizer(false)))
        .isInstanceOfSatisfying(
            TrawlException.class, e -> assertThat(e.category()).isEqualTo(ErrorCategory.BAD_INPUT))
        .hasMessageStartingWith(message);
  }

  /** Between a system instruction and the description stands what stands behind each example. */
  @Test
  void aDelimiterMayBeANumber() throws IOException {
    String yaml = SHOTS + "fewshot_delimiter: 1\ndescription: \"Say\"\n";
    PromptBuilder prompting =
        PromptBuilder.of("m", Optional.empty(), Map.of(), Optional.of("Be brief."), true);
    LetterTokenizer tokenizer = new LetterTokenizer(false);
    assertThat(TaskRun.task(directory, yaml, ROWS).examples(1, tokenizer, tokenizer, prompting))
        .extracting(Example::context)
        .containsExactly("Be brief.1SayQ: two y1Q: one");
  }

  @Test
  void rowsThatDoNotCountAreNoExamples() throws IOException {
    String rows = ROWS + "{\"q\": \"three\", \"a\": \"z\"}\n{\"q\": \"four\", \"a\": \"long\"}\n";
    Task task =
        TaskRun.task(
            directory, SHOTS + "doc_filter: \"{{q != 'three'}}\"\nmax_answer_tokens: 1\n", rows);
    // Of two rows that count each has the other one, and the limit takes none out of them.
    assertThat(TaskRun.examples(task, 1, new LetterTokenizer(false)))
        .extracting(Example::context)
        .containsExactly("Q: two y\n\nQ: one");
    assertThat(TaskRun.examples(task, 9, new LetterTokenizer(false)))
        .extracting(Example::context)
        .containsExactly("Q: two y\n\nQ: one", "Q: one x\n\nQ: two");
  }

  @Test
  void theFileOfTheUserTakesThePlaceOfTheEvaluatedRowsAlone() throws IOException {
    Files.writeString(directory.resolve("train.jsonl"), "{\"q\": \"t\", \"a\": \"u\"}\n");
    Path mine =
        Files.writeString(directory.resolve("mine.jsonl"), "{\"q\": \"m\", \"a\": \"n\"}\n");
    Path file =
        Files.writeString(
            directory.resolve("task.yaml"),
            TASK.replace("rows.jsonl", "json")
                + "dataset_kwargs: {data_files: {test: none.jsonl, train: train.jsonl}}\n"
                + "fewshot_split: train\nnum_fewshot: 1\n");
    Task task = Task.load(file.toString(), Optional.of(mine.toString()), new Configuration());
    assertThat(TaskRun.examples(task, 9, new LetterTokenizer(false)))
        .extracting(Example::context)
        .containsExactly("Q: t u\n\nQ: m");
  }

  @Test
  void aMaskedModelGetsNeitherExamplesNorExactMatches() throws IOException {
    String exact = TASK + "metric_list: [exact_match]\n";
    for (String yaml : List.of(SHOTS, exact)) {
      assertThatThrownBy(() -> TaskRun.of(directory, ModelKind.MASKED, 64, yaml, ROWS))
          .isInstanceOfSatisfying(
              TrawlException.class, e -> assertThat(e.category()).isEqualTo(ErrorCategory.USAGE))
          .hasMessageStartingWith("task mine has " + (yaml.equals(exact) ? "exact_match" : "1 ex"))
          .hasMessageContaining("for which a causal language model is needed");
    }
  }

  /** The model goes on with the next letters. */
  @Test
  void anExactMatchIsTheWholeGeneration() throws IOException {
    String task =
        """
        task: letters
        dataset_path: rows.jsonl
        doc_to_text: q
        doc_to_target: a
        generation_kwargs: {max_gen_toks: 3}
        metric_list:
          - metric: exact_match
        """;
    String rows =
        """
        {"q": "a", "a": "bcd"}
        {"q": "b", "a": "CDE"}
        {"q": "c", "a": "de"}
        {"q": "d", "a": ["e", "efg"]}
        """;
    assertThat(exactMatches(task, rows)).containsExactly(1.0, 0.0, 0.0, 1.0);
    assertThat(exactMatches(task + "    ignore_case: true\n", rows))
        .containsExactly(1.0, 1.0, 0.0, 1.0);
    assertThat(exactMatches(task + "    regexes_to_ignore: [\"f\"]\n", rows))
        .containsExactly(1.0, 0.0, 1.0, 1.0);
    assertThat(TaskRun.of(directory, ModelKind.CAUSAL, 512, TASK, rows).results())
        .allSatisfy(result -> assertThat(result.measures()).doesNotContainKey("exact_match"));
  }

  private List<Double> exactMatches(String yaml, String rows) throws IOException {
    TaskRun run = TaskRun.of(directory, ModelKind.CAUSAL, 64, yaml, rows);
    List<Double> values =
        run.results().stream().map(result -> result.measures().get("exact_match")).toList();
    double[] each = values.stream().mapToDouble(Double::doubleValue).toArray();
    Estimate share = Estimate.ofShare(each);
    MetricValue all = Metrics.of(run.task().definition().metrics(), run.results()).get(0);
    assertThat(all.metric()).isEqualTo(Metric.EXACT_MATCH);
    assertThat(all.value()).isEqualTo(values.stream().mapToDouble(value -> value).sum() / 4);
    assertThat(all.low()).isEqualTo(share.low());
    return values;
  }
}
