package io.github.trawl.evaluation.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.trawl.ErrorCategory;
import io.github.trawl.TrawlException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TaskFileTest {
  private static final String CHOICE =
      """
      task: mine
      output_type: choice
      dataset_path: rows.jsonl
      doc_to_text: "{{q}}"
      doc_to_choice: [yes it is, "{{other}}"]
      doc_to_target: "{{a}}"
      """;

  @TempDir Path directory;

  @Test
  void aFileOfTheHarnessIsReadAsItIs() throws IOException {
    Files.writeString(
        directory.resolve("test.json"), "[{\"q\": \"Q\", \"a\": 1, \"l\": [\"x\", \"y\"]}]");
    Task task =
        TaskRun.task(
            directory,
            """
            tag: [some]
            task: harness
            dataset_path: json
            dataset_kwargs: {data_files: {test: test.json}}
            test_split: test
            num_fewshot: 0
            output_type: multiple_choice
            doc_to_text: "{{q}}"
            doc_to_target: a
            doc_to_choice: l
            target_delimiter: ""
            should_decontaminate: true
            doc_to_decontamination_query: q
            metric_list:
              - metric: acc_norm
                aggregation: mean
                higher_is_better: true
              - metric: acc
            metadata: {version: 2.5}
            """,
            "");
    assertThat(task.definition().metrics()).containsExactly(Metric.ACC_NORM, Metric.ACC);
    assertThat(task.definition().version()).isEqualTo("2.5");
    Example example = TaskRun.examples(task, 10, new LetterTokenizer(false)).get(0);
    assertThat(example.answers()).containsExactly("x", "y");
    assertThat(example.gold()).isEqualTo(1);
  }

  /** As the harness's own task files of these types say them. */
  @ParameterizedTest
  @CsvSource(
      delimiterString = "=>",
      value = {
        "loglikelihood => {metric: acc, aggregation: mean, higher_is_better: true}, {metric: perplexity, aggregation: perplexity, higher_is_better: false}",
        "loglikelihood_rolling => {metric: word_perplexity, aggregation: weighted_perplexity, higher_is_better: false}, {metric: bits_per_byte, aggregation: bits_per_byte, higher_is_better: false}",
        "generate_until => {metric: exact_match, aggregation: mean, higher_is_better: true, ignore_case: true}, {metric: loss, aggregation: mean}"
      })
  void whatHoldsAnywayMayBeSaidOfAMetric(String type, String metrics) throws IOException {
    Task task =
        TaskRun.task(
            directory,
            "task: mine\ndataset_path: rows.jsonl\ndoc_to_text: q\ndoc_to_target: a\n"
                + "output_type: %s\nmetric_list: [%s]\n".formatted(type, metrics),
            "{}");
    assertThat(task.definition().metrics()).hasSize(2);
  }

  /** Only the examples in prompts come from the other file. */
  @Test
  void dataFilesMayNameOtherSplitsBesideAPath() throws IOException {
    Files.writeString(directory.resolve("train.jsonl"), "{\"q\": \"t\", \"a\": \"u\"}\n");
    Task task =
        TaskRun.task(
            directory,
            """
            task: mine
            dataset_path: rows.jsonl
            dataset_kwargs: {data_files: {train: train.jsonl}}
            fewshot_split: train
            num_fewshot: 1
            doc_to_text: q
            doc_to_target: a
            """,
            "{\"q\": \"Q\", \"a\": \"A\"}");
    assertThat(TaskRun.examples(task, 1, new LetterTokenizer(false)).get(0).context())
        .isEqualTo("t u\n\nQ");
  }

  @Test
  void aJsonTaskFileIsOneAsWell() throws IOException {
    Task task =
        TaskRun.task(
            directory,
            "{\"task\": \"j\", \"dataset_path\": \"rows.jsonl\", \"doc_to_text\": \"q\","
                + " \"doc_to_target\": \"a\"}",
            "{\"q\": \"Q\", \"a\": \"A\"}");
    assertThat(task.definition().outputType()).isEqualTo(OutputType.GENERATE);
    assertThat(task.definition().newTokens()).isEqualTo(256);
    assertThat(task.definition().validationFraction()).isEqualTo(0.2);
    assertThat(TaskRun.examples(task, 1, new LetterTokenizer(false))).hasSize(1);
  }

  @Test
  void theFirstFifthIsValidationAndALimitComesFirst() throws IOException {
    Task task =
        TaskRun.task(directory, CHOICE, "{\"q\": \"\", \"other\": \"o\", \"a\": 0}\n".repeat(19));
    assertThat(
            TaskRun.examples(task, 100, new LetterTokenizer(false)).stream()
                .filter(e -> e.split() == Split.VALIDATION))
        .hasSize(3);
    assertThat(
            TaskRun.examples(task, 11, new LetterTokenizer(false)).stream()
                .map(Example::split)
                .toList())
        .isEqualTo(
            Stream.concat(
                    Collections.nCopies(2, Split.VALIDATION).stream(),
                    Collections.nCopies(9, Split.TEST).stream())
                .toList());
  }

  /** Unknown keys, wrong types, and YAML that builds objects or explodes. */
  @ParameterizedTest
  @CsvSource(
      delimiterString = "=>",
      value = {
        "doc_to_txt: x => key 'doc_to_txt' is not supported; did you mean 'doc_to_text'?",
        "max_answer_token: 3 => key 'max_answer_token' is not supported; did you mean 'max_answer_tokens'?",
        "masked: {last_token: {a: 2}} => key 'masked.last_token' is not supported; did you mean 'last_tokens'?",
        "process_docs: x => key 'process_docs' is not supported; known are dataset_kwargs, dataset_name",
        "3: x => key '3' is not supported; known are dataset_kwargs, dataset_name",
        "output_type: guess => key 'output_type' is 'guess', not one of generate, generate_until",
        "generation_kwargs: {max_gen_toks: 0} => key 'generation_kwargs.max_gen_toks' must be a whole",
        "generation_kwargs: {do_sample: true} => key 'generation_kwargs.do_sample' can only be false",
        "generation_kwargs: {until: ['']} => key 'generation_kwargs.until' holds an empty text, which stands in any answer",
        "generation_kwargs: {until: [x, '']} => key 'generation_kwargs.until' holds an empty text",
        "generation_kwargs: {until: ''} => key 'generation_kwargs.until' holds an empty text",
        "generation_kwargs: {top_p: 1} => key 'generation_kwargs.top_p' is not supported",
        "validation_fraction: 2 => key 'validation_fraction' must be a number from 0 to 1",
        "num_fewshot: 5 => key 'fewshot_split' is missing: name the split that examples come from; with 'test' they",
        "metric_list: [acc] => key 'metric_list' holds 'acc', not one of accuracy, accuracy_laser",
        "metric_list: [loss, {metric: loss}] => key 'metric_list' holds loss twice; leave one out",
        "metric_list: [{metric: accuracy, aggregation: median}] => key 'metric_list.accuracy.aggregation' can only be mean",
        "metric_list: [{metric: loss, higher_is_better: true}] => key 'metric_list.loss.higher_is_better' can only be false",
        "metric_list: [{metric: accuracy, ignore_case: true}] => key 'metric_list.accuracy.ignore_case' is not supported; known are",
        "dataset_kwargs: {data_files: b.jsonl} => key 'dataset_kwargs.data_files' names the data, and so does dataset_path; leave data_files out",
        "dataset_kwargs: {data_files: {test: b.jsonl}} => key 'dataset_kwargs.data_files' names the data, and so",
        "fewshot_delimiter: [x] => key 'fewshot_delimiter' must be a text",
        "doc_to_choice: [a, b] => key 'doc_to_choice' doesn't fit output_type generate_until",
        "doc_to_count: 'a {% include b %}' => key 'doc_to_count' is no template: statement 'include' is not supported (line 1, column 3)",
        "doc_to_count: 'Q {{a' => key 'doc_to_count' is no template: no closing '}}' in 'a' (line 1, column 3)",
        "doc_filter: '{{a|eval}}' => key 'doc_filter' is no template: filter 'eval' is not one of abs, capitalize",
        "masked: 3 => key 'masked' must be a map",
        "masked: {last_tokens: {a: 2}} => key 'masked.last_tokens' needs masked.doc_to_text",
        "masked: {doc_to_text: a, last_tokens: 3} => key 'masked.last_tokens' must be a map",
        "masked: {doc_to_text: a, last_tokens: {a: 0}} => key 'masked.last_tokens.a' must be a whole",
        "masked: {laser_choices: continuation} => key 'masked.laser_choices' doesn't fit output_type generate",
        "max_answer_tokens: 0 => key 'max_answer_tokens' must be a whole number from 1",
        "process_docs: !function utils.f => line",
        "tag: &a [*a, *a] => holds an alias of a value that contains it",
        "tag: !!java.net.URL ['http://x'] => line"
      })
  void aWrongKeyIsNamedOnOneLine(String line, String message) {
    assertThatThrownBy(
            () ->
                TaskRun.task(
                    directory,
                    "task: mine\ndataset_path: rows.jsonl\ndoc_to_text: q\ndoc_to_target: a\n"
                        + line,
                    "{}"))
        .isInstanceOfSatisfying(
            TrawlException.class, e -> assertThat(e.category()).isEqualTo(ErrorCategory.USAGE))
        .hasMessageStartingWith("task file " + directory.resolve("task.yaml") + ": " + message)
        .hasMessageNotContaining("\n");
  }

  @Test
  void aWayToAskChoicesThatIsNoneIsNamed() {
    assertThatThrownBy(
            () -> TaskRun.task(directory, CHOICE + "masked: {laser_choices: template}\n", "{}"))
        .isInstanceOfSatisfying(
            TrawlException.class, e -> assertThat(e.category()).isEqualTo(ErrorCategory.USAGE))
        .hasMessageEndingWith(
            ": key 'masked.laser_choices' is 'template', not one of mask_fill, continuation");
  }

  @ParameterizedTest
  @CsvSource(
      delimiterString = "=>",
      value = {
        "{\"q\": \"Q\", \"a\": 0} => row 0 of the data: no field 'other' among q, a",
        "{\"q\": \"Q\", \"other\": \"o\", \"a\": 2} => row 0 of the data: the answer '2' is neither one of the 2",
        "{\"q\": \"Q\", \"other\": \"\", \"a\": 1} => row 0 of the data: doc_to_choice gives [yes it is, ]"
      })
  void aRowThatDoesNotFitIsNamed(String row, String message) {
    assertThatThrownBy(
            () ->
                TaskRun.examples(
                    TaskRun.task(directory, CHOICE, row), 1, new LetterTokenizer(false)))
        .isInstanceOfSatisfying(
            TrawlException.class, e -> assertThat(e.category()).isEqualTo(ErrorCategory.BAD_INPUT))
        .hasMessageStartingWith("task mine, " + message);
  }

  @ParameterizedTest
  @CsvSource(
      delimiterString = "=>",
      nullValues = "NOTHING",
      value = {
        "NOTHING => has no rows",
        "{\"q\"; => line 1 is not valid JSON",
        "{\"q\": 1, \"q\": 2} => line 1 is not valid JSON (Duplicate",
        "[1] => row 0 (counted from 0) is not a JSON object; rows are",
        "7 => row 0 (counted from 0) is not a JSON object; rows are"
      })
  void dataThatIsNoRowsIsNamed(String data, String message) {
    assertThatThrownBy(() -> TaskRun.task(directory, CHOICE, data == null ? "" : data))
        .isInstanceOfSatisfying(
            TrawlException.class, e -> assertThat(e.category()).isEqualTo(ErrorCategory.BAD_INPUT))
        .hasMessageContaining("rows.jsonl: " + message);
  }

  @Test
  void aTaskThatIsNowhereIsOneLine() {
    assertThatThrownBy(() -> Task.load("", Optional.empty(), new Configuration()))
        .isInstanceOf(TrawlException.class)
        .hasMessageStartingWith("--task is empty; name a task file or one of arc, bios");
    assertThatThrownBy(() -> Task.load("arc", Optional.of(""), new Configuration()))
        .isInstanceOf(TrawlException.class)
        .hasMessageStartingWith("--data: '' is no path (");
    assertThatThrownBy(() -> Task.load("nowhere", Optional.empty(), new Configuration()))
        .isInstanceOf(TrawlException.class)
        .hasMessageStartingWith("no task 'nowhere': neither a file nor one of arc, bios");
    assertThatThrownBy(() -> Task.load("arc", Optional.empty(), new Configuration()))
        .isInstanceOf(TrawlException.class)
        .hasMessageStartingWith(
            "task arc comes without data; name a JSON or JSONL file with --data");
    assertThatThrownBy(
            () -> Task.load("arc", Optional.of(directory + "/no.json"), new Configuration()))
        .isInstanceOf(TrawlException.class)
        .hasMessageEndingWith("no.json: no such file; check the path of the data");
  }

  @Test
  void resultsHaveTheShapeOfTheHarness() throws IOException {
    Task task =
        TaskRun.task(directory, CHOICE, "{\"q\": \"\", \"other\": \"o\", \"a\": 0}\n".repeat(4));
    List<ExampleResult> results =
        TaskRun.examples(task, 2, new LetterTokenizer(false)).stream()
            .map(
                example ->
                    ExampleResult.of(
                        example,
                        AskedQuestion.open(""),
                        "",
                        new TreeMap<>(
                            Map.of(
                                "acc", 1.0,
                                "acc_norm", 0.0,
                                "acc_bytes", 0.0,
                                "acc_laser", 1.0,
                                "loss", 0.5,
                                "loss_laser", 0.25))))
            .toList();
    JsonNode root =
        new ObjectMapper()
            .readTree(
                ResultsFile.content(
                    List.of(TaskResults.of(task, results)), List.of(), Map.of("model", "m")));
    assertThat(root.at("/results/mine/acc,none").asDouble()).isEqualTo(1);
    assertThat(root.at("/results/mine/acc_stderr,none").asDouble()).isEqualTo(0);
    assertThat(root.at("/results/mine/acc,test").asDouble()).isEqualTo(1);
    assertThat(root.at("/results/mine/loss,none").asDouble()).isEqualTo(0.5);
    assertThat(root.at("/results/mine/alias").asText()).isEqualTo("mine");
    assertThat(root.at("/configs/mine/output_type").asText()).isEqualTo("choice");
    assertThat(root.at("/versions/mine").asText()).isEqualTo("1.0");
    assertThat(root.at("/n-shot/mine").asInt()).isZero();
    assertThat(root.at("/higher_is_better/mine/loss").asBoolean()).isFalse();
    assertThat(root.at("/n-samples/mine/original").asInt()).isEqualTo(4);
    assertThat(root.at("/n-samples/mine/effective").asInt()).isEqualTo(2);
    assertThat(root.at("/config/model").asText()).isEqualTo("m");
  }
}
