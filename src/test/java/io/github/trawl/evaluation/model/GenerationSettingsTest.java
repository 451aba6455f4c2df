package io.github.trawl.evaluation.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.trawl.ErrorCategory;
import io.github.trawl.TrawlException;
import io.github.trawl.checkpoint.Checkpoint;
import io.github.trawl.evaluation.SmallModels;
import io.github.trawl.evaluation.text.TextTokenizer;
import io.github.trawl.evaluation.text.TokenizerFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What becomes of the settings of a model's generations: {@code generation-golden.json}, written by
 * make_generation_golden.py, has all keys of transformers' GenerationConfig and what transformers
 * does with some values, {@code generation-fates.json} what becomes of each here: OVERRIDDEN is
 * what a task says, which counts. A key of a later transformers fails here until somebody has
 * decided.
 */
class GenerationSettingsTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Configuration HADOOP = new Configuration();
  private static final JsonNode GOLDEN = resource("generation-golden.json");
  private static final JsonNode FATES = resource("generation-fates.json");

  @TempDir private Path folder;
  private Path model;

  @BeforeEach
  void writeModel() throws IOException {
    model = SmallModels.write("llama", folder.resolve("model"));
  }

  @Test
  void everyKeyHasAFate() {
    assertThat(names(GOLDEN.get("keys"))).containsExactlyElementsOf(keys().toList());
  }

  @ParameterizedTest
  @MethodSource("keys")
  void everyKeyHasTheFateThatIsWrittenDown(String key) throws IOException {
    JsonNode fate = FATES.get(key);
    String done = fate.get("fate").asText();
    RepetitionPenalty applied = RepetitionPenalty.NONE;
    if (done.equals("APPLIED") && key.equals("repetition_penalty")) {
      applied = new RepetitionPenalty(fate.get("probe").floatValue());
    }
    JsonNode outcomes = GOLDEN.get("outcomes").get(key);
    for (String file : List.of("generation_config.json", "config.json")) {
      if (done.equals("REFUSED")) {
        settings(file, key, fate.get("probe"));
        assertRefused(model.resolve(file) + ": " + key + " ");
      } else {
        assertThat(penalty(file, key, fate.get("probe"))).isEqualTo(applied);
      }
      assertThat(penalty(file, key, JSON.nullNode())).isEqualTo(RepetitionPenalty.NONE);
      for (JsonNode value : fate.path("neutral")) {
        assertThat(penalty(file, key, value)).as("%s", value).isEqualTo(RepetitionPenalty.NONE);
      }
    }
    if (done.equals("NO_EFFECT")) {
      assertThat(outcomes.get(0).asText()).isEqualTo("same");
    }
    for (int i = 1; i < outcomes.size(); i++) {
      assertThat(outcomes.get(i).asText())
          .as("%s", fate.at("/neutral/" + (i - 1)))
          .isEqualTo("same");
    }
  }

  static Stream<String> keys() {
    return names(FATES).stream();
  }

  /** The tokenizer reads this one. */
  @Test
  void theTokensThatEndATextAreApplied() throws IOException {
    int token = FATES.at("/eos_token_id/probe").intValue();
    settings("generation_config.json", "eos_token_id", JSON.getNodeFactory().numberNode(token));
    try (TextTokenizer tokenizer = TokenizerFiles.read(path(model), HADOOP).open()) {
      assertThat(tokenizer.endTokens()).contains(token);
    }
  }

  @Test
  void theConfigurationCountsOnlyWithoutAFileOfItsOwn() throws IOException {
    settings("config.json", "num_beams", JSON.getNodeFactory().numberNode(4));
    assertRefused(model.resolve("config.json") + ": num_beams ");
    Files.writeString(model.resolve("generation_config.json"), "{\"chat_format\": \"chatml\"}");
    LanguageModels.requireGeneration(checkpoint(), HADOOP);
  }

  @ParameterizedTest
  @ValueSource(strings = {"2", "0.0", "-1.5", "\"1.1\"", "true", "NaN", "Infinity", "[1.1]"})
  void aPenaltyThatIsNoneIsNamed(String value) throws IOException {
    Files.writeString(
        model.resolve("generation_config.json"), "{\"repetition_penalty\": " + value + "}");
    assertRefused(model.resolve("generation_config.json") + ": repetition_penalty is ");
  }

  /** A model that can't generate as its files say still scores. */
  @Test
  void onlyGenerationsAreRefused() throws IOException {
    settings("generation_config.json", "num_beams", JSON.getNodeFactory().numberNode(4));
    int[] tokens = {5, 6, 7};
    try (LanguageModel opened = LanguageModels.open(checkpoint(), HADOOP, Placement.cpu(1))) {
      assertThat(opened.score(List.of(new ScoreRequest(tokens, new int[] {2}, new int[] {8}))))
          .hasSize(1);
      assertThatThrownBy(() -> opened.generate(List.of(tokens), 2, Set.of()))
          .isInstanceOf(TrawlException.class)
          .hasMessageContaining("generation_config.json: num_beams ");
    }
  }

  static Stream<JsonNode> penalties() {
    return StreamSupport.stream(GOLDEN.get("penalties").spliterator(), false);
  }

  /** All prompts at once and one by one, with all weights in memory and a layer at a time. */
  @ParameterizedTest
  @MethodSource("penalties")
  void generatesWithThePenaltyAsTransformersDoes(JsonNode golden) throws IOException {
    Path penalised = SmallModels.write(golden.get("model").asText(), folder.resolve("penalised"));
    for (Map.Entry<String, JsonNode> entry : golden.get("settings").properties()) {
      put(penalised.resolve(golden.get("file").asText()), entry.getKey(), entry.getValue());
    }
    Checkpoint checkpoint = Checkpoint.open(path(penalised), HADOOP);
    List<int[]> prompts = new ArrayList<>();
    List<int[]> expected = new ArrayList<>();
    for (JsonNode text : golden.get("texts")) {
      prompts.add(ints(text.get("prompt")));
      expected.add(ints(text.get("new")));
    }
    int most = expected.stream().mapToInt(each -> each.length).min().orElseThrow();
    try (LanguageModel whole = LanguageModels.open(checkpoint, HADOOP, Placement.cpu(1));
        LanguageModel streamed =
            LanguageModels.stream(checkpoint, HADOOP, Placement.cpu(1), NumberType.FLOAT32)) {
      for (LanguageModel each : List.of(whole, streamed)) {
        List<int[]> together = each.generate(prompts, most, Set.of());
        for (int i = 0; i < prompts.size(); i++) {
          assertThat(together.get(i)).isEqualTo(Arrays.copyOf(expected.get(i), most));
          assertThat(each.generate(prompts.subList(i, i + 1), expected.get(i).length, Set.of()))
              .containsExactly(expected.get(i));
        }
      }
    }
  }

  /** Negative logits are multiplied, others divided, once for each token, however often it is. */
  @Test
  void aPenaltyCountsATokenOnce() {
    RepetitionPenalty penalty = new RepetitionPenalty(2);
    assertThat(penalty.mostProbable(new float[] {3, 2, 1}, new int[] {0, 0, 0, 9}))
        .as("1.5, 2, 1")
        .isEqualTo(1);
    assertThat(penalty.mostProbable(new float[] {-3, -2, -3.5f}, new int[] {1}))
        .as("-3, -4, -3.5")
        .isZero();
    assertThat(penalty.mostProbable(new float[] {4, 2, 2}, new int[] {0}))
        .as("the first of equal ones")
        .isZero();
    float[] logits = {1, -1};
    new RepetitionPenalty(1.1f).mostProbable(logits, new int[] {0, 1});
    assertThat(logits).containsExactly(1 / 1.1f, -1.1f);
  }

  private RepetitionPenalty penalty(String file, String key, JsonNode value) throws IOException {
    settings(file, key, value);
    return GenerationSettings.read(checkpoint(), HADOOP).repetitionPenalty();
  }

  /** Makes a key the only setting, in one file or the other. */
  private void settings(String file, String key, JsonNode value) throws IOException {
    Files.deleteIfExists(model.resolve("generation_config.json"));
    Files.copy(
        Path.of("src/test/resources/forward/llama/config.json"),
        model.resolve("config.json"),
        StandardCopyOption.REPLACE_EXISTING);
    put(model.resolve(file), key, value);
  }

  private static void put(Path file, String key, JsonNode value) throws IOException {
    ObjectNode content =
        Files.exists(file) ? (ObjectNode) JSON.readTree(file.toFile()) : JSON.createObjectNode();
    JSON.writeValue(file.toFile(), content.set(key, value));
  }

  private void assertRefused(String beginning) {
    assertThatThrownBy(() -> LanguageModels.requireGeneration(checkpoint(), HADOOP))
        .isInstanceOfSatisfying(
            TrawlException.class, e -> assertThat(e.category()).isEqualTo(ErrorCategory.BAD_INPUT))
        .hasMessageContaining(beginning)
        .hasMessageNotContaining("\n");
  }

  private Checkpoint checkpoint() {
    return Checkpoint.open(path(model), HADOOP);
  }

  private static org.apache.hadoop.fs.Path path(Path directory) {
    return new org.apache.hadoop.fs.Path(directory.toUri());
  }

  private static int[] ints(JsonNode list) {
    return StreamSupport.stream(list.spliterator(), false).mapToInt(JsonNode::intValue).toArray();
  }

  private static Set<String> names(JsonNode node) {
    Set<String> names = new TreeSet<>();
    node.fieldNames().forEachRemaining(names::add);
    return names;
  }

  private static JsonNode resource(String name) {
    try {
      return JSON.readTree(GenerationSettingsTest.class.getResourceAsStream(name));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }
}
