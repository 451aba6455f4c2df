package io.github.trawl.evaluation.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.trawl.ErrorCategory;
import io.github.trawl.TrawlException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What becomes of rows that lack a field or hold a null. */
class TaskRowsTest {
  private static final String BARE =
      "task: t\ndataset_path: rows.jsonl\ndoc_to_text: q\ndoc_to_target: a\n";

  private static final String WHOLE = "{\"q\": \"Capital?\", \"a\": \"Oslo\"}\n";

  @TempDir Path directory;

  @ParameterizedTest
  @CsvSource(
      delimiterString = "=>",
      value = {
        "{\"q\": \"Capital?\"} => no field 'a' among q",
        "{\"a\": \"Rome\"} => no field 'q' among a",
        "{\"q\": \"Capital?\", \"a\": null} => 'a' gives null; give a default",
        "{\"q\": null, \"a\": \"Rome\"} => 'q' gives null; give a default",
        "{\"q\": \"Capital?\", \"a\": \"\"} => the answer is empty; check doc_to_target"
      })
  void aFieldThatSomeRowHasIsNeverTakenForItsName(String row, String message) {
    for (int place : List.of(0, 2)) {
      String data = WHOLE.repeat(place) + row + "\n" + WHOLE;
      assertThatThrownBy(() -> examples(BARE, data))
          .isInstanceOfSatisfying(
              TrawlException.class,
              e -> assertThat(e.category()).isEqualTo(ErrorCategory.BAD_INPUT))
          .hasMessageStartingWith("task t, row " + place + " of the data: " + message);
    }
  }

  @Test
  void aTextThatIsNoFieldOfAnyRowIsItself() throws IOException {
    Example example = examples(BARE, "{\"q\": \"Capital?\"}").get(0);
    assertThat(example.context()).isEqualTo("Capital?");
    assertThat(example.target()).isEqualTo("a");
  }

  @Test
  void aNullInATextIsRefusedUnlessTheTemplateGivesADefault() throws IOException {
    String data = "{\"q\": null, \"a\": null}";
    assertThatThrownBy(() -> examples(BARE.replace("doc_to_target: a", target(" {{a}}")), data))
        .isInstanceOf(TrawlException.class)
        .hasMessageContaining("row 0 of the data: ");
    String said = BARE.replace("doc_to_text: q", "doc_to_text: \"Q: {{q or 'nothing'}}\"");
    assertThatThrownBy(() -> examples(said, data))
        .hasMessageContaining("row 0 of the data: 'a' gives null");
    Example example =
        examples(said.replace("doc_to_target: a", target("{{a or 'none'}}")), data).get(0);
    assertThat(example.context()).isEqualTo("Q: nothing");
    assertThat(example.target()).isEqualTo("none");
  }

  @Test
  void rowsThatTheFilterLeavesOutMayLackFields() throws IOException {
    String data = WHOLE + "{\"q\": \"Capital?\", \"a\": null}\n" + WHOLE;
    assertThat(examples(BARE + "doc_filter: \"{{a != none}}\"\n", data)).hasSize(2);
  }

  @Test
  void aListOfChoicesIsWhatItSaysWhateverTheFieldsAreCalled() throws IOException {
    String task =
        """
        task: t
        output_type: choice
        dataset_path: rows.jsonl
        doc_to_text: "{{q}} A. {{A}} B. {{B}}"
        doc_to_choice: [A, B, "{{A}}"]
        doc_to_target: right
        """;
    String row = "{\"q\": \"Q\", \"A\": \"x\", \"B\": \"y\", \"right\": \"B\"}\n";
    Example example = examples(task, row).get(0);
    assertThat(example.answers()).containsExactly("A", "B", "x");
    assertThat(example.gold()).isEqualTo(1);
    assertThatThrownBy(() -> examples(task, row + row.replace("\"B\"}", "null}")))
        .hasMessage("task t, row 1 of the data: the answer is null; check doc_to_target");
  }

  /** In a list of the task file, in a field, and rendered; as Python's str writes them. */
  @Test
  void numbersAreChoicesAsPythonWritesThem() throws IOException {
    String task =
        "task: t\noutput_type: choice\ndataset_path: rows.jsonl\ndoc_to_text: q\ndoc_to_target: 1\n"
            + "doc_to_choice: ";
    String row = "{\"q\": \"Q\", \"n\": 7, \"options\": [10, -0, 2.50, 1e-7, 1e22, true, \"x\"]}";
    assertThat(examples(task + "[1, -2.50, 1.0e+16, 0.1, yes it is]\n", row).get(0).answers())
        .containsExactly("1", "-2.5", "1e+16", "0.1", "yes it is");
    assertThat(examples(task + "options\n", row).get(0).answers())
        .containsExactly("10", "0", "2.5", "1e-07", "1e+22", "True", "x");
    assertThat(examples(task + "\"[{{n}}, 2.50, 'x']\"\n", row).get(0).answers())
        .containsExactly("7", "2.5", "x");
    assertThatThrownBy(() -> examples(task + "[true, 1]\n", row))
        .hasMessageEndingWith(
            "key 'doc_to_choice' holds true, neither a text nor a number; put it in quotes");
  }

  /** A half has no UTF-8 bytes, which tokenizers take. */
  @ParameterizedTest
  @CsvSource(
      delimiterString = "=>",
      value = {
        "{\"q\": \"a \\ud83d\", \"a\": \"b\", \"c\": [\"b\"]} => \\ud83d",
        "{\"q\": \"\\ude00\\ud83d\", \"a\": \"b\", \"c\": [\"b\"]} => \\ude00",
        "{\"q\": \"a\", \"a\": \"b\\udfff c\", \"c\": [\"b\\udfff c\"]} => \\udfff",
        "{\"q\": \"a\", \"a\": \"b\", \"c\": [\"b\", \"\\ud83d\\ud83d\\ude00\"]} => \\ud83d"
      })
  void halfOfASurrogatePairIsRefused(String row, String half) throws IOException {
    String choice = BARE + "output_type: choice\ndoc_to_choice: c\n";
    String whole =
        "{\"q\": \"\\ud83d\\ude00\", \"a\": \"b\", \"c\": [\"b\", \"\\ud83d\\ude00\"]}\n";
    assertThat(examples(choice, whole).get(0).answers()).containsExactly("b", "\ud83d\ude00");
    assertThatThrownBy(() -> examples(choice, whole + row))
        .isInstanceOfSatisfying(
            TrawlException.class, e -> assertThat(e.category()).isEqualTo(ErrorCategory.BAD_INPUT))
        .hasMessage(
            "task t, row 1 of the data: holds "
                + half
                + ", half of a surrogate pair, which can't be tokenized; correct the row");
  }

  @Test
  void aFieldThatCannotBeCutIsNamed() {
    String task = BARE + "masked: {doc_to_text: \"{{q}} [MASK]\", last_tokens: {q: 2, more: 3}}\n";
    for (String row : List.of(WHOLE, "{\"q\": \"Q\", \"a\": \"A\", \"more\": 7}")) {
      assertThatThrownBy(() -> examples(task, row))
          .isInstanceOf(TrawlException.class)
          .hasMessage(
              "task t, row 0 of the data: the field 'more' is missing or not a text, so"
                  + " masked.last_tokens can't cut it");
    }
  }

  /** YAML reads 1 as a number. */
  @Test
  void theNameOfAFieldToCutMayBeANumber() {
    String task = BARE + "masked: {doc_to_text: \"{{q}} [MASK]\", last_tokens: {1: 2}}\n";
    assertThatThrownBy(() -> examples(task, WHOLE))
        .hasMessageContaining("the field '1' is missing or not a text");
    for (String names : List.of("{yes: 2}", "{1: 2, \"1\": 3}", "{1.5: 2}")) {
      assertThatThrownBy(() -> examples(task.replace("{1: 2}", names), WHOLE))
          .as(names)
          .hasMessageContaining("is no plain name, or there twice; write the name in quotes");
    }
  }

  private List<Example> examples(String task, String data) throws IOException {
    return TaskRun.examples(TaskRun.task(directory, task, data), 10, new LetterTokenizer(false));
  }

  private static String target(String template) {
    return "doc_to_target: \"" + template + "\"";
  }
}
