package io.github.trawl.evaluation.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.trawl.ErrorCategory;
import io.github.trawl.TrawlException;
import io.github.trawl.checkpoint.Checkpoint;
import io.github.trawl.evaluation.model.LanguageModel;
import io.github.trawl.evaluation.model.LanguageModels;
import io.github.trawl.evaluation.model.Placement;
import io.github.trawl.evaluation.text.ChatTemplateFiles;
import io.github.trawl.evaluation.text.TextTokenizer;
import io.github.trawl.evaluation.text.TokenizerFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.apache.hadoop.conf.Configuration;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What lm-evaluation-harness asks through a chat template: make_chat_golden.py. */
class ChatGoldenTest {
  private static final Path ROOT = Path.of("src", "test", "resources");
  private static final int CONTEXT = 64;
  private static final double TOLERANCE = 1e-4;
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Configuration HADOOP = new Configuration();

  @TempDir private Path directory;

  static Stream<JsonNode> goldens() throws IOException {
    JsonNode golden = JSON.readTree(ROOT.resolve("chat/golden.json").toFile());
    return StreamSupport.stream(golden.spliterator(), false);
  }

  @ParameterizedTest
  @MethodSource("goldens")
  void asksWhatTheHarnessAsks(JsonNode golden) throws IOException {
    Path files = tokenizer(golden.get("tokenizer").asText());
    Optional<String> template = Optional.ofNullable(golden.get("template").textValue());
    if (template.isPresent()) {
      setting(files, JSON.getNodeFactory().textNode(template.get()));
    }
    StringBuilder data = new StringBuilder();
    golden.get("rows").forEach(row -> data.append(row).append('\n'));
    String yaml = golden.get("task").asText();
    Task task =
        TaskRun.task(
            directory,
            yaml.replace("ROWS", directory.resolve("rows.jsonl").toString()),
            data.toString());
    TokenizerFiles tokenizerFiles = TokenizerFiles.read(path(files), HADOOP);
    PromptBuilder prompting =
        PromptBuilder.of(
            "model",
            template.map(source -> templates(files).find(Optional.empty())),
            tokenizerFiles.specialTokens(),
            Optional.ofNullable(golden.get("instruction").textValue()),
            golden.path("multiturn").asBoolean(true));
    Checkpoint checkpoint = Checkpoint.open(path(ROOT.resolve("corners/model")), HADOOP);
    try (TextTokenizer tokenizer = tokenizerFiles.open();
        LanguageModel model = LanguageModels.open(checkpoint, HADOOP, Placement.cpu(1))) {
      ScoringOptions scoring = task.definition().scoring();
      Scorer scorer =
          Scorer.of(
              prompting.isChat() ? scoring.withoutDelimiter() : scoring,
              model.kind(),
              tokenizer,
              CONTEXT);
      List<Example> examples = task.examples(Integer.MAX_VALUE, tokenizer, tokenizer, prompting);
      TaskQuestions questions = TaskQuestions.of(scorer, examples);
      List<ExampleResult> results =
          questions.results(
              model.score(questions.requests()),
              questions.prompts().isEmpty()
                  ? List.of()
                  : model.generate(
                      questions.prompts(),
                      task.definition().newTokens(),
                      tokenizer.stopTokens(task.definition().until())));
      boolean pages = task.definition().outputType() == OutputType.PERPLEXITY;
      for (int i = 0; i < results.size(); i++) {
        JsonNode expected = golden.get("samples").get(i);
        if (!pages) {
          assertThat(examples.get(i).context()).isEqualTo(expected.get("context").asText());
        }
        assertAnswers(results.get(i), expected.get("answers"), pages);
      }
    }
  }

  private static void assertAnswers(ExampleResult result, JsonNode answers, boolean pages) {
    if (answers.get(0).isTextual()) {
      assertThat(result.prediction()).isEqualTo(answers.get(0).asText());
    } else if (pages) {
      assertThat(result.measures().get(Measures.LOG_LIKELIHOOD))
          .isCloseTo(answers.get(0).doubleValue(), within(TOLERANCE));
    } else if (result.question().logLikelihoods().isEmpty()) {
      assertThat(result.measures().get(Measures.LOG_LIKELIHOOD))
          .isCloseTo(answers.get(0).get(0).doubleValue(), within(TOLERANCE));
    } else {
      for (int choice = 0; choice < answers.size(); choice++) {
        assertThat(result.question().logLikelihoods().get(choice))
            .isCloseTo(answers.get(choice).get(0).doubleValue(), within(TOLERANCE));
      }
    }
  }

  @Test
  void aFileComesBeforeTheSetting() throws IOException {
    Path files = tokenizer("begins");
    setting(files, JSON.getNodeFactory().textNode("old"));
    Files.writeString(files.resolve("chat_template.jinja"), "new\n");
    assertThat(templates(files).find(Optional.empty())).isEqualTo("new\n");
    Files.createDirectory(files.resolve("additional_chat_templates"));
    Files.writeString(files.resolve("additional_chat_templates/tool_use.jinja"), "tools");
    assertThat(templates(files).find(Optional.of("tool_use"))).isEqualTo("tools");
    assertThat(templates(files).find(Optional.empty())).isEqualTo("new\n");
    assertUsage(() -> templates(files).find(Optional.of("other")), "default, tool_use");
  }

  @Test
  void aSettingMayHaveSeveral() throws IOException {
    Path files = tokenizer("begins");
    setting(
        files,
        JSON.valueToTree(
            List.of(
                Map.of("name", "rag", "template", "a"),
                Map.of("name", "tool_use", "template", "b"))));
    assertThat(templates(files).find(Optional.of("rag"))).isEqualTo("a");
    assertUsage(
        () -> templates(files).find(Optional.empty()),
        "no chat template named default; name one of rag");
  }

  @Test
  void aModelWithoutTemplateIsRefused() throws IOException {
    Path files = tokenizer("plain");
    assertUsage(
        () -> templates(files).find(Optional.empty()),
        "the model has no chat template, neither chat_template.jinja nor chat_template in");
  }

  /** Published templates use their tokens; a class has some that no file names. */
  @Test
  void specialTokensHaveTheirTexts() throws IOException {
    assertThat(TokenizerFiles.read(path(tokenizer("begins")), HADOOP).specialTokens())
        .isEqualTo(Map.of("bos_token", "<s>", "eos_token", "</s>"));
  }

  @Test
  void aTemplateThatCanNotBeUsedIsExplained() {
    assertThatThrownBy(
            () ->
                PromptBuilder.of(
                    "/m", Optional.of("a\n{% include 'b' %}"), Map.of(), Optional.empty(), true))
        .isInstanceOf(TrawlException.class)
        .hasMessage(
            "--apply-chat-template, /m: the chat template can't be used: statement 'include' is not"
                + " supported (line 2, column 1); simplify it in a copy of the model's files, or"
                + " leave the option out");
  }

  @Test
  void aTemplateThatRefusesARowNamesIt() throws IOException {
    Task task =
        TaskRun.task(
            directory,
            "task: t\ndoc_to_text: q\ndoc_to_target: a\ndataset_path: rows.jsonl\n",
            "{\"q\": \"x\", \"a\": \"y\"}\n");
    PromptBuilder prompting =
        PromptBuilder.of(
            "/m",
            Optional.of("{{ raise_exception('never\n') }}"),
            Map.of(),
            Optional.empty(),
            true);
    LetterTokenizer tokenizer = new LetterTokenizer(false);
    assertThatThrownBy(() -> task.examples(1, tokenizer, tokenizer, prompting))
        .isInstanceOf(TrawlException.class)
        .hasMessage(
            "task t, row 0 of the data: the chat template fails: the template says: never (line 1,"
                + " column 1)");
  }

  /** What comes behind a mask is the masked model's alone, so it is cut off before the chat. */
  @Test
  void aPromptEndsBeforeItsMask() throws IOException {
    Task task =
        TaskRun.task(
            directory,
            "task: t\ndoc_to_text: q\ndoc_to_target: a\ndataset_path: rows.jsonl\n",
            "{\"q\": \"x is [MASK].\", \"a\": \"y\"}\n");
    PromptBuilder prompting =
        PromptBuilder.of(
            "/m", Optional.of("<{{ messages[-1].content }}>"), Map.of(), Optional.empty(), true);
    LetterTokenizer tokenizer = new LetterTokenizer(false);
    assertThat(task.examples(1, tokenizer, tokenizer, prompting).get(0).context())
        .isEqualTo("<x is>");
  }

  private static void assertUsage(ThrowingCallable call, String message) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            TrawlException.class, e -> assertThat(e.category()).isEqualTo(ErrorCategory.USAGE))
        .hasMessageContaining(message)
        .hasMessageNotContaining("\n");
  }

  private ChatTemplateFiles templates(Path files) {
    return ChatTemplateFiles.read(TokenizerFiles.read(path(files), HADOOP), path(files), HADOOP);
  }

  private Path tokenizer(String name) throws IOException {
    Path files = Files.createDirectory(directory.resolve("model"));
    for (String file : List.of("tokenizer.json", "tokenizer_config.json")) {
      Files.copy(ROOT.resolve("corners").resolve(name).resolve(file), files.resolve(file));
    }
    return files;
  }

  private static void setting(Path files, JsonNode template) throws IOException {
    Path file = files.resolve("tokenizer_config.json");
    ObjectNode settings = (ObjectNode) JSON.readTree(file.toFile());
    settings.set("chat_template", template);
    JSON.writeValue(file.toFile(), settings);
  }

  private static org.apache.hadoop.fs.Path path(Path file) {
    return new org.apache.hadoop.fs.Path(file.toUri());
  }
}
