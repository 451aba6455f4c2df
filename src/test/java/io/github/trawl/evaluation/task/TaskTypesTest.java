package io.github.trawl.evaluation.task;

import static io.github.trawl.evaluation.task.FakeModel.logProbability;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.trawl.ErrorCategory;
import io.github.trawl.TrawlException;
import io.github.trawl.evaluation.model.ModelKind;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What each type of task asks and counts, from file to metric, by a model that can be computed. */
class TaskTypesTest {
  @TempDir Path directory;

  @Test
  void generationCountsTheContinuationAndAsLaserDoesThePromptToo() throws IOException {
    TaskRun run =
        TaskRun.of(
            directory,
            ModelKind.CAUSAL,
            50,
            """
            task: letters
            output_type: generate_until
            dataset_path: rows.jsonl
            doc_to_text: "{{q}}"
            doc_to_target: "{{a}}"
            target_delimiter: ""
            generation_kwargs: {max_gen_toks: 3}
            """,
            """
            {"q": "xya", "a": "BC"}
            {"q": "xya", "a": "x"}
            {"q": "xya", "a": "zz"}
            {"q": "xya", "a": "cd"}
            {"q": "xya", "a": "bce"}
            """);
    assertThat(run.results()).extracting(ExampleResult::prediction).containsOnly("bcd");
    assertThat(run.results())
        .extracting(result -> result.measures().get("accuracy"))
        .containsExactly(1.0, 0.0, 0.0, 1.0, 0.0);
    assertThat(run.results())
        .extracting(result -> result.measures().get("accuracy_laser"))
        .containsExactly(1.0, 1.0, 0.0, 1.0, 0.0);
    assertThat(run.value(Split.VALIDATION, Metric.ACCURACY)).isEqualTo(1);
    assertThat(run.value(Split.TEST, Metric.ACCURACY)).isEqualTo(0.25);
    // "bce" after "xya": b after a, c after b, e where d is expected.
    double loss = -(2 * logProbability('b', 'b') + logProbability('d', 'e')) / 3;
    assertThat(run.results().get(4).measures().get("loss")).isCloseTo(loss, within(1e-12));
  }

  @Test
  void generationThatReachesAnEndTextIsCutThere() throws IOException {
    TaskRun run =
        TaskRun.of(
            directory,
            ModelKind.CAUSAL,
            50,
            """
            task: letters
            dataset_path: rows.jsonl
            doc_to_text: q
            doc_to_target: a
            generation_kwargs: {max_gen_toks: 5, until: ["d"]}
            """,
            "{\"q\": \"a\", \"a\": \"d\"}");
    assertThat(run.results().get(0).prediction()).isEqualTo("bc");
    assertThat(run.results().get(0).measures()).containsEntry("accuracy", 0.0);
  }

  @Test
  void choiceComparesSumsAndSumsByLength() throws IOException {
    String yaml =
        """
        task: choose
        output_type: multiple_choice
        dataset_path: rows.jsonl
        doc_to_text: "{{q}}"
        doc_to_choice: "{{options}}"
        doc_to_target: "{{right}}"
        target_delimiter: ""
        validation_fraction: 0
        """;
    TaskRun run =
        TaskRun.of(
            directory,
            ModelKind.CAUSAL,
            50,
            yaml,
            """
            {"q": "a", "options": ["bcd", "e"], "right": 1}
            {"q": "a", "options": ["bcd", "e"], "right": "bcd"}
            {"q": "a", "options": ["e", "é"], "right": 0}
            """);
    double three = 3 * logProbability('b', 'b');
    double one = logProbability('b', 'e');
    assertThat(one).as("the short one is likelier as a whole").isGreaterThan(three);
    assertThat(three / 3).as("the long one by letter").isGreaterThan(one);
    assertThat(run.results()).extracting(ExampleResult::prediction).containsExactly("e", "e", "e");
    assertThat(run.value(Split.ALL, Metric.ACC)).isEqualTo(2.0 / 3);
    assertThat(run.results())
        .extracting(result -> result.measures().get("acc_norm"))
        .containsExactly(0.0, 1.0, 1.0);
    assertThat(run.results().get(1).measures().get("loss")).isCloseTo(-three / 3, within(1e-12));
    assertThat(run.model().sequences).as("answers of one token share a request").isEqualTo(5);
  }

  @Test
  void likelihoodIsOfTheTargetAlone() throws IOException {
    TaskRun run =
        TaskRun.of(
            directory,
            ModelKind.CAUSAL,
            50,
            """
            task: last-word
            output_type: loglikelihood
            dataset_path: rows.jsonl
            doc_to_text: "{{text.split(' ')[:-1]|join(' ')}}"
            doc_to_target: "{{' '+text.split(' ')[-1]}}"
            validation_fraction: 0
            """,
            """
            {"text": "a b"}
            {"text": "one two !"}
            """);
    double first = logProbability('b', ' ') + logProbability('!', 'b');
    double second = logProbability('p', ' ') + logProbability('!', '!');
    assertThat(run.results()).extracting(result -> result.measures().get("acc")).containsOnly(0.0);
    assertThat(run.value(Split.ALL, Metric.PERPLEXITY))
        .isCloseTo(Math.exp(-(first + second) / 2), within(1e-9));
  }

  @Test
  void perplexityPredictsEachTokenOnceInWindows() throws IOException {
    TaskRun run =
        TaskRun.of(
            directory,
            ModelKind.CAUSAL,
            4,
            """
            task: whole
            output_type: loglikelihood_rolling
            dataset_path: rows.jsonl
            doc_to_target: "{{page}}"
            validation_fraction: 0
            """,
            """
            {"page": "abcdeé fghi"}
            """);
    String text = "abcdeé fghi";
    double sum = logProbability(LetterTokenizer.BEGIN + 1, 'a');
    for (int i = 1; i < text.length(); i++) {
      sum += logProbability(text.charAt(i - 1) + 1, text.charAt(i));
    }
    assertThat(run.model().sequences).isEqualTo(3);
    assertThat(run.value(Split.ALL, Metric.TOKEN_PERPLEXITY))
        .isCloseTo(Math.exp(-sum / 11), within(1e-9));
    assertThat(run.value(Split.ALL, Metric.WORD_PERPLEXITY) / Math.exp(-sum / 2))
        .isCloseTo(1, within(1e-9));
    assertThat(run.value(Split.ALL, Metric.BYTE_PERPLEXITY))
        .isCloseTo(Math.exp(-sum / 12), within(1e-9));
    assertThat(run.value(Split.ALL, Metric.BITS_PER_BYTE))
        .isCloseTo(-sum / 12 / Math.log(2), within(1e-9));
  }

  @Test
  void masksAreFilledInTheirPlace() throws IOException {
    TaskRun run =
        TaskRun.of(
            directory,
            ModelKind.MASKED,
            50,
            """
            task: fill
            output_type: mask_fill
            dataset_path: rows.jsonl
            doc_to_text: "{{q}} [MASK][MASK] ."
            doc_to_target: "{{a}}"
            validation_fraction: 0
            """,
            """
            {"q": "xy", "a": "EF"}
            {"q": "xy", "a": "fgh"}
            """);
    // Begin, x, y, space, mask, mask: the masks stand at 4 and 5, so they are filled by e and f.
    assertThat(run.results()).extracting(ExampleResult::prediction).containsOnly("ef");
    assertThat(run.results())
        .extracting(result -> result.measures().get("accuracy"))
        .containsExactly(1.0, 0.0);
    assertThat(run.results().get(1).measures().get("loss"))
        .isCloseTo(-logProbability('e', 'f'), within(1e-12));
    // Without begin and end, "xy fgh" has the answer at 3 to 5; LASER divides by one too many.
    assertThat(run.results().get(1).measures().get("loss_laser"))
        .isCloseTo(-3 * logProbability('d', 'f') / 4, within(1e-12));
  }

  @Test
  void fiveMasksStandBehindAPromptWithoutMasks() throws IOException {
    TaskRun run =
        TaskRun.of(
            directory,
            ModelKind.MASKED,
            50,
            """
            task: fill
            dataset_path: rows.jsonl
            doc_to_text: q
            doc_to_target: a
            """,
            "{\"q\": \"x\", \"a\": \"F\"}");
    assertThat(run.results().get(0).prediction()).isEqualTo("dfhjl");
    assertThat(run.results().get(0).measures()).containsEntry("accuracy", 1.0);
  }

  @Test
  void aMaskedModelChoosesByTheFilledAnswer() throws IOException {
    TaskRun run =
        TaskRun.of(
            directory,
            ModelKind.MASKED,
            50,
            """
            task: fill
            output_type: choice
            dataset_path: rows.jsonl
            doc_to_text: q
            doc_to_choice: ["dd", "e"]
            doc_to_target: a
            """,
            "{\"q\": \"x\", \"a\": \"e\"}");
    // Begin, x, space, mask: "d" is expected; two letters cost more than one that is off by one.
    assertThat(run.results().get(0).prediction()).isEqualTo("e");
    assertThat(run.results().get(0).measures()).containsEntry("acc_norm", 0.0);
  }

  private static final String LASER_CHOICE =
      """
      task: fill
      output_type: choice
      dataset_path: rows.jsonl
      doc_to_text: q
      doc_to_choice: ["dd", "e", "f"]
      doc_to_target: a
      validation_fraction: 0
      """;

  @Test
  void laserMasksTheChoiceBehindThePromptWithoutTheTokensAroundIt() throws IOException {
    TaskRun run =
        TaskRun.of(
            directory, ModelKind.MASKED, 50, LASER_CHOICE, "{\"q\": \"xyz\", \"a\": \"dd\"}");
    // x, y, z, space, then the choice at 4 and 5, where e and f are expected.
    double two = logProbability('e', 'd') + logProbability('f', 'd');
    assertThat(run.results().get(0).measures().get("loss_laser"))
        .isCloseTo(-two / 3, within(1e-12));
    assertThat(run.results().get(0).measures()).containsEntry("acc_laser", 0.0);
    assertThat(run.model().sequences).as("two lengths of choices, two ways").isEqualTo(4);
  }

  /** With a begin before it the mask stands at 5, without at 4: f is right here, e for LASER. */
  @Test
  void laserMayChooseAnother() throws IOException {
    TaskRun run =
        TaskRun.of(directory, ModelKind.MASKED, 50, LASER_CHOICE, "{\"q\": \"xyz\", \"a\": \"e\"}");
    assertThat(run.results().get(0).measures())
        .containsEntry("acc", 0.0)
        .containsEntry("acc_laser", 1.0);
  }

  @Test
  void whatNoMetricNeedsIsNotAsked() throws IOException {
    TaskRun choice =
        TaskRun.of(
            directory,
            ModelKind.MASKED,
            50,
            LASER_CHOICE + "metric_list: [acc, loss]\n",
            "{\"q\": \"xyz\", \"a\": \"dd\"}");
    assertThat(choice.model().sequences).isEqualTo(2);
    assertThat(choice.results().get(0).measures())
        .containsOnlyKeys("acc", "acc_norm", "acc_bytes", "loss");
    TaskRun filled =
        TaskRun.of(
            directory,
            ModelKind.MASKED,
            50,
            """
            task: fill
            output_type: mask_fill
            dataset_path: rows.jsonl
            doc_to_text: "{{q}} [MASK]"
            doc_to_target: a
            metric_list: [loss]
            """,
            "{\"q\": \"xyz\", \"a\": \"e\"}");
    assertThat(filled.model().sequences).isEqualTo(1);
    assertThat(filled.results().get(0).measures().get("loss"))
        .isCloseTo(-logProbability('f', 'e'), within(1e-12));
  }

  @Test
  void aChoiceThatFitsOnlyOurPromptIsNamed() {
    assertThatThrownBy(
            () ->
                TaskRun.of(
                    directory,
                    ModelKind.MASKED,
                    5,
                    LASER_CHOICE + "masked: {doc_to_text: \"[MASK]\"}\n",
                    "{\"q\": \"xyz\", \"a\": \"dd\"}"))
        .isInstanceOfSatisfying(
            TrawlException.class, e -> assertThat(e.category()).isEqualTo(ErrorCategory.BAD_INPUT))
        .hasMessage(
            "task fill, row 0 of the data: 6 tokens don't fit the model's context of 5; choose another"
                + " model, drop the example, or leave LASER's metrics out of metric_list");
  }

  /** Of the tokenizer's mask the prompt has all but the end, so the choice adds no token. */
  @Test
  void aChoiceWithoutTokensOfItsOwnIsNamed() {
    String yaml =
        LASER_CHOICE.replace("[\"dd\", \"e\", \"f\"]", "[\"e\", \">\"]")
            + "target_delimiter: \"\"\n";
    String row = "{\"q\": \"xyz<mask\", \"a\": \"e\"}";
    assertThatThrownBy(() -> TaskRun.of(directory, ModelKind.MASKED, 50, yaml, row))
        .isInstanceOfSatisfying(
            TrawlException.class, e -> assertThat(e.category()).isEqualTo(ErrorCategory.BAD_INPUT))
        .hasMessage(
            "task fill, row 0 of the data: the answer '>' adds no token to its context, so LASER's"
                + " metrics can't be computed; drop the example, or leave these metrics out of"
                + " metric_list");
  }

  @Test
  void aTaskOfTheOtherKindOfModelIsRefused() {
    assertThatThrownBy(
            () ->
                TaskRun.of(
                    directory,
                    ModelKind.MASKED,
                    50,
                    """
                    task: whole
                    output_type: perplexity
                    dataset_path: rows.jsonl
                    doc_to_target: page
                    """,
                    "{\"page\": \"x\"}"))
        .isInstanceOf(TrawlException.class)
        .hasMessage(
            "task whole (loglikelihood_rolling) needs a causal language model; choose another task"
                + " or model");
  }

  /** White space at its end belongs to the answer, and Python's has more than Java's. */
  @ParameterizedTest
  @ValueSource(strings = {" ", "\\n\\t", "\\u001c", "\\u3000 "})
  void aContextOfWhiteSpaceAloneIsRefused(String context) throws IOException {
    for (String type : List.of("choice\ndoc_to_choice: [b, c]", "loglikelihood", "generate")) {
      String yaml =
          "task: blank\ndataset_path: rows.jsonl\ndoc_to_text: q\ndoc_to_target: a\n"
              + "generation_kwargs: {max_gen_toks: 3}\noutput_type: %s\n".formatted(type);
      String rows =
          "{\"q\": \"\", \"a\": \"b\"}\n{\"q\": \"x%s\", \"a\": \"b\"}\n".formatted(context);
      assertThat(TaskRun.of(directory, ModelKind.CAUSAL, 50, yaml, rows).results()).hasSize(2);
      String blank = rows + "{\"q\": \"%s\", \"a\": \"b\"}\n".formatted(context);
      assertThatThrownBy(() -> TaskRun.of(directory, ModelKind.CAUSAL, 50, yaml, blank))
          .as(type)
          .isInstanceOfSatisfying(
              TrawlException.class,
              e -> assertThat(e.category()).isEqualTo(ErrorCategory.BAD_INPUT))
          .hasMessage(
              "task blank, row 2 of the data: the context is white space alone, of which nothing is"
                  + " left before the answer; leave it empty or write a text");
    }
  }

  @Test
  void generationsWithoutRoomForThePromptAreNamed() {
    String yaml = "task: long\ndataset_path: rows.jsonl\ndoc_to_text: q\ndoc_to_target: a\n";
    String rows = "{\"q\": \"x\", \"a\": \"b\"}";
    assertThatThrownBy(() -> TaskRun.of(directory, ModelKind.CAUSAL, 256, yaml, rows))
        .isInstanceOfSatisfying(
            TrawlException.class, e -> assertThat(e.category()).isEqualTo(ErrorCategory.BAD_INPUT))
        .hasMessage(
            "task long, row 0 of the data: 256 new tokens leave no room for the prompt in the model's"
                + " context of 256 tokens; give a lower generation_kwargs.max_gen_toks");
  }

  @Test
  void anAnswerLongerThanTheContextIsNamed() {
    assertThatThrownBy(
            () ->
                TaskRun.of(
                    directory,
                    ModelKind.CAUSAL,
                    4,
                    """
                    task: letters
                    dataset_path: rows.jsonl
                    doc_to_text: q
                    doc_to_target: a
                    generation_kwargs: {max_gen_toks: 1}
                    doc_filter: "{{q != 'left out'}}"
                    """,
                    "{\"q\": \"left out\"}\n{\"q\": \"a\", \"a\": \"bcde\"}"))
        .isInstanceOfSatisfying(
            TrawlException.class, e -> assertThat(e.category()).isEqualTo(ErrorCategory.BAD_INPUT))
        .hasMessageStartingWith(
            "task letters, row 1 of the data: an answer of 5 tokens doesn't fit the model's context of");
  }
}
