package io.github.trawl.evaluation.model;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.trawl.ErrorCategory;
import io.github.trawl.TrawlException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Settings that decide which tokens a token sees. {@code config-effects.json}, written by
 * make_config_effects_golden.py, says for a tiny model of each family which of them change what
 * transformers computes.
 */
class SeenTokensTest {
  private static final JsonNode EFFECTS = effects();

  @TempDir private Path directory;

  @Test
  void everyFamilyIsThere() {
    assertThat(EFFECTS.fieldNames())
        .toIterable()
        .containsExactlyElementsOf(LanguageModels.modelTypes());
  }

  /** What changes something is refused or applied; what changes nothing stays as it is. */
  @ParameterizedTest
  @MethodSource("modelTypes")
  void aSettingDoesWhatItDoesInTransformers(String type) {
    DescribedConfig described = new DescribedConfig(directory);
    ObjectNode base = (ObjectNode) EFFECTS.get(type).get("config");
    TransformerSpec plain = described.describe(base);
    for (JsonNode each : EFFECTS.get(type).get("settings")) {
      String setting = each.get("setting").toString();
      Optional<TransformerSpec> model =
          described(described, base.deepCopy().setAll((ObjectNode) each.get("setting")));
      switch (each.get("effect").asText()) {
        case "NONE" ->
            assertThat(model.map(SeenTokensTest::windows)).as(setting).contains(windows(plain));
        case "FORWARD" -> assertThat(model).as(setting).isNotEqualTo(Optional.of(plain));
        case "GENERATION" -> assertThat(model).as(setting).isEmpty();
        default -> assertThat(each.get("effect").asText()).isEqualTo("FAILS");
      }
    }
  }

  @Test
  void refusalsSayWhy() {
    assertThat(refusal("llama", "{\"is_causal\": false}"))
        .endsWith(
            "config.json: is_causal is false, by which tokens see those after them; models of type llama can be run with true only; correct it or remove it");
    assertThat(refusal("gpt2", "{\"is_causal\": null}")).contains("is_causal is null, by which");
    assertThat(refusal("bert", "{\"is_causal\": true}"))
        .endsWith(
            "config.json: is_causal is true, by which no token sees those after it; models of type bert can be run with false only; correct it or remove it");
    assertThat(refusal("opt", "{\"is_causal\": 1}"))
        .endsWith("config.json: is_causal is 1; expected true or false");
    assertThat(refusal("llama", "{\"sliding_window\": 6}"))
        .endsWith(
            "config.json: sliding_window is 6, by which tokens of a generation see no more than the last 6, but those of a prompt all; models of type llama can't be run so; remove it, or let it be 18, the context, or more");
    assertThat(
            refusal(
                "phi3",
                "{\"layer_types\": [\"full_attention\", \"chunked_attention\"], \"attention_chunk_size\": 6}"))
        .contains("attention_chunk_size is 6 and layer_types has chunked_attention, by which");
    assertThat(refusal("phi", "{\"layer_types\": [\"a\\nb\", \"moe\"]}"))
        .doesNotContain("\n")
        .contains("layer_types has 'a")
        .endsWith("b'; models of type phi can be run with full_attention only");
    assertThat(refusal("gptj", "{\"sliding_window\": 0}"))
        .endsWith("sliding_window is 0; expected a positive number");
  }

  static List<String> modelTypes() {
    return LanguageModels.modelTypes();
  }

  private String refusal(String type, String setting) {
    try {
      ObjectNode config = EFFECTS.get(type).get("config").deepCopy();
      config.setAll((ObjectNode) new ObjectMapper().readTree(setting));
      new DescribedConfig(directory).describe(config);
    } catch (TrawlException e) {
      assertThat(e.category()).isEqualTo(ErrorCategory.BAD_INPUT);
      return e.getMessage();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
    throw new AssertionError(setting + " is accepted");
  }

  private static Optional<TransformerSpec> described(DescribedConfig described, ObjectNode config) {
    try {
      return Optional.of(described.describe(config));
    } catch (TrawlException e) {
      assertThat(e.category()).isEqualTo(ErrorCategory.BAD_INPUT);
      return Optional.empty();
    }
  }

  /** The window of each layer, 0 for one that no sequence outgrows. */
  private static List<Integer> windows(TransformerSpec spec) {
    return spec.blocks().stream()
        .map(block -> block.attention().window())
        .map(window -> window < spec.context() ? window : 0)
        .toList();
  }

  private static JsonNode effects() {
    try {
      return new ObjectMapper()
          .readTree(SeenTokensTest.class.getResourceAsStream("config-effects.json"));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }
}
