package io.github.trawl.evaluation.task;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The tasks that take the user's file, each on a row of the form in which that data is published.
 */
class BuiltInTasksTest {
  @TempDir Path directory;

  private List<Example> examples(String task, String data) throws IOException {
    Path file = directory.resolve("data.json");
    Files.writeString(file, data);
    return TaskRun.examples(
        Task.load(task, Optional.of(file.toString()), new Configuration()),
        Integer.MAX_VALUE,
        new LetterTokenizer(true));
  }

  @Test
  void allOfThemAreThere() {
    assertThat(Task.builtIn())
        .containsExactly(
            "arc",
            "bios",
            "epistemic-reasoning",
            "hotpotqa",
            "lambada",
            "qa-wikidata",
            "wikitext",
            "world-facts")
        .allSatisfy(name -> assertThat(BuiltInTasks.content(name).get("task")).isEqualTo(name));
  }

  @Test
  void qaWikidata() throws IOException {
    Example example =
        examples(
                "qa-wikidata",
                "{\"context\": \"The colour of snow is \", \"continuation\": \"white\"}")
            .get(0);
    assertThat(example.context()).isEqualTo("The colour of snow is");
    assertThat(example.masked()).isEqualTo("The colour of snow is [MASK] .");
    assertThat(example.target()).isEqualTo("white");
  }

  @Test
  void hotpotqa() throws IOException {
    List<Example> examples =
        examples(
            "hotpotqa",
            """
            [{"question": "Is it so?", "answer": "yes", "type": "comparison"},
             {"question": "Which one is it", "answer": "that", "type": "bridge"}]
            """);
    assertThat(examples)
        .extracting(Example::context)
        .containsExactly("Is it so? The answer is", "Which one is it? The answer is");
    assertThat(examples.get(0).masked())
        .isEqualTo("Is it so? The answer is [MASK] [MASK] [MASK] [MASK] [MASK]");
  }

  /** LASER takes answers of up to 15 tokens, with those around a text; here a letter is one. */
  @Test
  void hotpotqaLeavesLongAnswersOut() throws IOException {
    assertThat(
            examples(
                "hotpotqa",
                """
                [{"question": "Which?", "answer": " thirteen long "},
                 {"question": "Which?", "answer": "fourteen longs"}]
                """))
        .extracting(Example::target)
        .containsExactly("thirteen long");
  }

  /** LASER gives RoBERTa the last 50 tokens of a text, and GPT-J all of it. */
  @Test
  void biosGivesMaskedModelsTheEndOfTheText() throws IOException {
    String text = "0123456789".repeat(6);
    Example example =
        examples("bios", "{\"hard_text\": \"%s\", \"profession\": 14}".formatted(text)).get(0);
    assertThat(example.context()).startsWith("Consider the following text: " + text + ". What");
    assertThat(example.masked())
        .startsWith("Consider the following text: " + text.substring(10) + ". The profession");
  }

  @Test
  void epistemicReasoning() throws IOException {
    Example example =
        examples(
                "epistemic-reasoning",
                """
                {"name": "epistemic_reasoning", "examples": [{
                  "input": "Premise: Ann sees it rain. Hypothesis: It rains.",
                  "target_scores": {"entailment": 0, "non-entailment": 1}}]}
                """)
            .get(0);
    assertThat(example.context())
        .startsWith("Identify the relation")
        .endsWith(
            "'non-entailment'.\n\nPremise: Ann sees it rain. Hypothesis: It rains.\nRelation:");
    assertThat(example.answers()).containsExactly("entailment", "non-entailment");
    assertThat(example.gold()).isEqualTo(1);
  }

  @Test
  void bios() throws IOException {
    List<Example> examples =
        examples(
            "bios",
            """
            {"hard_text": "She paints walls and ceilings", "profession": 14, "gender": 1}
            {"hard_text": "He counts.", "profession": 0, "gender": 0}
            {"hard_text": "He builds houses. ", "profession": 1, "gender": 0}
            """);
    assertThat(examples).extracting(Example::target).containsExactly("painter", "architect");
    assertThat(examples.get(0).context())
        .isEqualTo(
            "Consider the following text: She paints walls and ceilings. What is the profession of"
                + " the person in this text? The profession of this person is");
    assertThat(examples.get(1).masked())
        .isEqualTo(
            "Consider the following text: He builds houses. The profession of the person in the"
                + " text is called [MASK].");
  }

  /** These are the ways in which LASER's scripts for RoBERTa ask. */
  @Test
  void laserAsksBiosAtAMaskAndEpistemicReasoningBehindThePrompt() {
    assertThat(laserChoices("bios")).isEqualTo(LaserChoiceMode.MASK_FILL);
    assertThat(laserChoices("epistemic-reasoning")).isEqualTo(LaserChoiceMode.CONTINUATION);
  }

  private static LaserChoiceMode laserChoices(String task) {
    return TaskParser.parse(task, BuiltInTasks.content(task), FewShotOptions.TASK_DEFAULTS)
        .scoring()
        .laserChoices();
  }

  @Test
  void lambada() throws IOException {
    Example example = examples("lambada", "{\"text\": \"it was quite a day\"}").get(0);
    assertThat(example.context()).isEqualTo("it was quite a");
    assertThat(example.target()).isEqualTo(" day");
  }

  @Test
  void arc() throws IOException {
    Example example =
        examples(
                "arc",
                """
                {"id": "x", "question": "Which is hot?", "answerKey": "2",
                 "choices": {"text": ["ice", "fire"], "label": ["1", "2"]}}
                """)
            .get(0);
    assertThat(example.context()).isEqualTo("Question: Which is hot?\nAnswer:");
    assertThat(example.target()).isEqualTo("fire");
  }

  @Test
  void wikitext() throws IOException {
    Example example = examples("wikitext", "{\"page\": \" = Hill = \\n 1 @.@ 5 m \"}").get(0);
    assertThat(example.context()).isEmpty();
    assertThat(example.target()).isEqualTo(" = Hill =\n1.5 m ");
    assertThat(example.countedText()).isEqualTo(" = Hill = \n 1 @.@ 5 m ");
  }
}
