package io.github.trawl.evaluation.model;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.trawl.TrawlException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What becomes of every key that transformers knows for a family: {@code config-keys.json}, written
 * by make_config_golden.py, has the keys of its configuration class, with their aliases, those of
 * the base class, and those that the code of models, masks, caches, loading and generation reads
 * from any configuration; {@code config-fates.json} what becomes of each. A key of a later
 * transformers fails here until somebody has decided.
 */
class ConfigKeysTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final JsonNode KEYS = resource("config-keys.json");
  private static final JsonNode FATES = resource("config-fates.json");

  @TempDir private Path directory;

  /** What another value of a key does. */
  private enum Fate {
    APPLIED,
    REFUSED,
    NO_EFFECT,

    /** No effect on the model: a setting of generation. */
    GENERATION
  }

  private DescribedConfig described;

  @BeforeEach
  void writeWeights() {
    described = new DescribedConfig(directory);
  }

  @Test
  void everyFamilyIsThere() {
    assertThat(modelTypes()).containsExactlyElementsOf(LanguageModels.modelTypes());
    assertThat(names(FATES)).containsAll(modelTypes());
  }

  @ParameterizedTest
  @MethodSource("modelTypes")
  void everyKeyHasTheFateThatIsWrittenDown(String type) {
    SortedMap<String, Fate> expected = new TreeMap<>();
    // What a family makes of a key counts before what most make of it.
    for (JsonNode section : List.of(FATES.get("all"), FATES.get(type))) {
      for (Fate fate : Fate.values()) {
        section.path(fate.name()).forEach(key -> expected.put(key.asText(), fate));
      }
    }
    assertThat(expected.keySet()).as("a new key needs a fate").containsAll(keys(type));
    TransformerSpec defaults = described.describe(base(type));
    SortedMap<String, Fate> actual = new TreeMap<>();
    expected.keySet().forEach(key -> actual.put(key, fate(type, key, defaults)));
    expected.replaceAll((key, fate) -> fate == Fate.GENERATION ? Fate.NO_EFFECT : fate);
    assertThat(actual).isEqualTo(expected);
  }

  @Test
  void theSettingsOfGenerationAreThoseOfTransformers() {
    assertThat(FATES.get("all").get(Fate.GENERATION.name())).isEqualTo(KEYS.get("generation"));
  }

  /** So that a configuration that leaves a key out is not computed as another model. */
  @ParameterizedTest
  @MethodSource("modelTypes")
  void aKeyThatIsLeftOutHasTransformersDefaultOrIsMissed(String type) {
    TransformerSpec whole = described.describe(base(type));
    for (String key : names(KEYS.get(type))) {
      ObjectNode config = base(type);
      config.remove(key);
      try {
        assertThat(described.describe(config)).as(key).isEqualTo(whole);
      } catch (TrawlException e) {
        assertThat(e).hasMessageContaining("has no " + key + "; add it");
      }
    }
  }

  static List<String> modelTypes() {
    List<String> types = new ArrayList<>(names(KEYS));
    types.removeAll(List.of("transformers", "base", "generation", "read", "aliases", "modeling"));
    return types;
  }

  /** All that may stand in a config.json of the family and reach its model. */
  private static Set<String> keys(String type) {
    Set<String> keys = new TreeSet<>(names(KEYS.get(type)));
    keys.addAll(names(KEYS.get("aliases").path(type)));
    for (JsonNode list :
        List.of(
            KEYS.get("base"),
            KEYS.get("generation"),
            KEYS.get("read"),
            KEYS.get("modeling").get(type))) {
      list.forEach(key -> keys.add(key.asText()));
    }
    return keys;
  }

  /** Another value is tried beside the defaults, and beside settings with which a key counts. */
  private Fate fate(String type, String key, TransformerSpec defaults) {
    JsonNode beside = FATES.get(type).path("beside").path(key);
    ObjectNode base = base(type);
    beside.properties().forEach(field -> base.set(field.getKey(), field.getValue()));
    TransformerSpec before = beside.isEmpty() ? defaults : described.describe(base);
    base.set(key, probe(type, key, base.path(key)));
    try {
      return described.describe(base).equals(before) ? Fate.NO_EFFECT : Fate.APPLIED;
    } catch (TrawlException e) {
      assertThat(e).hasMessageContaining(key).hasMessageNotContaining("\n");
      return Fate.REFUSED;
    }
  }

  private static JsonNode probe(String type, String key, JsonNode value) {
    for (String section : List.of(type, "all")) {
      if (FATES.get(section).path("probes").has(key)) {
        return FATES.get(section).get("probes").get(key);
      }
    }
    return value.isBoolean()
        ? JSON.getNodeFactory().booleanNode(!value.booleanValue())
        : value.isInt()
            ? JSON.getNodeFactory().numberNode(Math.max(2, 2 * value.intValue()))
            : value.isNumber()
                ? JSON.getNodeFactory().numberNode(value.doubleValue() + 0.25)
                : JSON.getNodeFactory().textNode("relu".equals(value.asText()) ? "silu" : "relu");
  }

  /** The defaults of transformers, but two layers. */
  private static ObjectNode base(String type) {
    ObjectNode config = KEYS.get(type).deepCopy();
    for (String layers : List.of("num_hidden_layers", "n_layer", "n_layers")) {
      if (config.has(layers)) {
        config.put(layers, 2);
      }
    }
    return config.put("model_type", type);
  }

  private static Set<String> names(JsonNode node) {
    Set<String> names = new TreeSet<>();
    node.fieldNames().forEachRemaining(names::add);
    return names;
  }

  private static JsonNode resource(String name) {
    try {
      return JSON.readTree(ConfigKeysTest.class.getResourceAsStream(name));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }
}
