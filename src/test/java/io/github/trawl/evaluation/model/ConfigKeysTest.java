package io.github.trawl.evaluation.model;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.trawl.TrawlException;
import io.github.trawl.checkpoint.Checkpoint;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What becomes of every key that transformers knows for a family: {@code config-keys.json} has the
 * keys of its configuration classes, written by make_config_golden.py, and {@code
 * config-fates.json} what becomes of each. A key of a later transformers fails here until somebody
 * has decided.
 */
class ConfigKeysTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Configuration HADOOP = new Configuration();
  private static final JsonNode KEYS = resource("config-keys.json");
  private static final JsonNode FATES = resource("config-fates.json");

  @TempDir private Path directory;

  /** What another value of a key does. */
  private enum Fate {
    APPLIED,
    REFUSED,
    NO_EFFECT
  }

  @BeforeEach
  void writeWeights() throws IOException {
    byte[] header =
        "{\"other\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}}"
            .getBytes(StandardCharsets.UTF_8);
    ByteBuffer file =
        ByteBuffer.allocate(Long.BYTES + header.length + Float.BYTES)
            .order(ByteOrder.LITTLE_ENDIAN);
    Files.write(
        directory.resolve("model.safetensors"), file.putLong(header.length).put(header).array());
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
    for (Fate fate : Fate.values()) {
      for (JsonNode section : List.of(FATES.get("all"), FATES.get(type))) {
        section.path(fate.name()).forEach(key -> expected.put(key.asText(), fate));
      }
    }
    assertThat(expected.keySet()).as("a new key needs a fate").containsAll(names(KEYS.get(type)));
    TransformerSpec defaults = describe(base(type));
    SortedMap<String, Fate> actual = new TreeMap<>();
    expected.keySet().forEach(key -> actual.put(key, fate(type, key, defaults)));
    assertThat(actual).isEqualTo(expected);
  }

  /** So that a configuration that leaves a key out is not computed as another model. */
  @ParameterizedTest
  @MethodSource("modelTypes")
  void aKeyThatIsLeftOutHasTransformersDefaultOrIsMissed(String type) {
    TransformerSpec whole = describe(base(type));
    for (String key : names(KEYS.get(type))) {
      ObjectNode config = base(type);
      config.remove(key);
      try {
        assertThat(describe(config)).as(key).isEqualTo(whole);
      } catch (TrawlException e) {
        assertThat(e).hasMessageContaining("has no " + key + "; add it");
      }
    }
  }

  static List<String> modelTypes() {
    List<String> types = new ArrayList<>(names(KEYS));
    types.removeAll(List.of("transformers", "base"));
    return types;
  }

  /** Another value is tried beside the defaults, and beside settings with which a key counts. */
  private Fate fate(String type, String key, TransformerSpec defaults) {
    JsonNode beside = FATES.get(type).path("beside").path(key);
    ObjectNode base = base(type);
    beside.properties().forEach(field -> base.set(field.getKey(), field.getValue()));
    TransformerSpec before = beside.isEmpty() ? defaults : describe(base);
    base.set(key, probe(type, key, base.path(key)));
    try {
      return describe(base).equals(before) ? Fate.NO_EFFECT : Fate.APPLIED;
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

  private TransformerSpec describe(ObjectNode config) {
    try {
      JSON.writeValue(directory.resolve("config.json").toFile(), config);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
    return ModelFamilies.describe(
        Checkpoint.open(new org.apache.hadoop.fs.Path(directory.toUri()), HADOOP));
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
