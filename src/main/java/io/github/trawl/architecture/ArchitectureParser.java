package io.github.trawl.architecture;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.github.trawl.ErrorCategory;
import io.github.trawl.TrawlException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** Parses an {@link Architecture} file; refuses unknown keys and values. */
final class ArchitectureParser {
  private static final JsonMapper MAPPER =
      JsonMapper.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  /** An example of an architecture file, shown in errors. */
  static final String EXAMPLE =
      "{\"model_types\": [\"mine\"], \"layer_prefixes\": [\"model.layers.{i}.\"], "
          + "\"config_keys\": {\"layers\": \"num_hidden_layers\"}, "
          + "\"tensors\": [{\"name\": \"mlp.up_proj.weight\", \"holds\": \"UP\"}]}";

  private static final Set<String> KEYS =
      Set.of("model_types", "layer_prefixes", "config_keys", "attention_order", "tensors");
  private static final Set<String> TENSOR_KEYS = Set.of("name", "holds", "stored", "fused");
  private static final List<MatrixRole> ATTENTION =
      List.of(MatrixRole.Q, MatrixRole.K, MatrixRole.V, MatrixRole.O);

  private final String file;

  private ArchitectureParser(String file) {
    this.file = file;
  }

  /** The architecture that {@code json} describes; {@code file} names it in errors. */
  static Architecture parse(String file, String json) {
    ArchitectureParser parser = new ArchitectureParser(file);
    try {
      return parser.architecture(MAPPER.readTree(json));
    } catch (JsonProcessingException e) {
      throw parser.error("not valid JSON: " + e.getOriginalMessage());
    }
  }

  private Architecture architecture(JsonNode root) {
    requireObject(root, "the file", KEYS);
    List<String> modelTypes = strings(root, "model_types");
    List<String> prefixes = strings(root, "layer_prefixes");
    for (String prefix : prefixes) {
      if (prefix.indexOf(TensorNames.LAYER) < 0
          || prefix.indexOf(TensorNames.LAYER) != prefix.lastIndexOf(TensorNames.LAYER)) {
        throw error("layer_prefixes: \"%s\" must have {i} once, for the layer".formatted(prefix));
      }
    }
    Map<SizeKey, List<String>> sizes = sizes(root);
    List<TensorRule> rules = rules(root, sizes);
    return new Architecture(file, modelTypes, prefixes, sizes, attentionOrder(root), rules);
  }

  private Map<SizeKey, List<String>> sizes(JsonNode root) {
    JsonNode node = required(root, "config_keys");
    requireObject(node, "config_keys", Set.copyOf(SizeKey.keys()));
    Map<SizeKey, List<String>> sizes = new EnumMap<>(SizeKey.class);
    for (SizeKey size : SizeKey.values()) {
      if (node.has(size.key())) {
        sizes.put(size, strings(node, size.key()));
      }
    }
    if (!sizes.containsKey(SizeKey.LAYERS)) {
      throw error("config_keys: layers is missing");
    }
    return sizes;
  }

  private List<MatrixRole> attentionOrder(JsonNode root) {
    if (!root.has("attention_order")) {
      return ATTENTION;
    }
    List<MatrixRole> order = roles(root, "attention_order");
    if (order.size() != ATTENTION.size() || !order.containsAll(ATTENTION)) {
      throw error("attention_order: must have each of Q, K, V and O once, but is " + order);
    }
    return order;
  }

  private List<TensorRule> rules(JsonNode root, Map<SizeKey, List<String>> sizes) {
    JsonNode node = required(root, "tensors");
    if (!node.isArray() || node.isEmpty()) {
      throw error("tensors: must be a list of at least one tensor");
    }
    Set<MatrixRole> seen = EnumSet.noneOf(MatrixRole.class);
    List<TensorRule> rules = new ArrayList<>();
    for (JsonNode tensor : node) {
      TensorRule rule = rule(tensor);
      for (MatrixRole role : rule.roles()) {
        if (!seen.add(role)) {
          throw error("tensors: %s is held twice, again by \"%s\"".formatted(role, rule.name()));
        }
      }
      if (rule.isFused()) {
        requireSizes(rule, sizes);
      }
      rules.add(rule);
    }
    return rules;
  }

  private TensorRule rule(JsonNode node) {
    requireObject(node, "an entry of tensors", TENSOR_KEYS);
    JsonNode value = required(node, "name");
    if (!value.isTextual()) {
      throw error("name: %s is not a string".formatted(value));
    }
    String name = value.asText();
    if (name.isEmpty()) {
      throw error("tensors: name is empty");
    }
    List<MatrixRole> holds = roles(node, "holds");
    boolean inputsFirst = "in_out".equals(choice(node, "stored", "out_in", "in_out"));
    boolean interleaved = "interleaved".equals(choice(node, "fused", "blocks", "interleaved"));
    if (node.has("fused") && holds.size() == 1) {
      throw error("tensors: \"%s\" is fused but holds one matrix only".formatted(name));
    }
    if (interleaved && !Set.of(MatrixRole.Q, MatrixRole.K, MatrixRole.V).containsAll(holds)) {
      throw error("tensors: \"%s\" is interleaved, so it can hold Q, K and V only".formatted(name));
    }
    return new TensorRule(
        name, holds, inputsFirst, interleaved ? Fusion.INTERLEAVED : Fusion.BLOCKS);
  }

  /** Checks that {@code config_keys} has the sizes that divide a fused tensor into its matrices. */
  private void requireSizes(TensorRule rule, Map<SizeKey, List<String>> sizes) {
    for (MatrixRole role : rule.roles()) {
      List<SizeKey> needed =
          switch (role) {
            case Q, K, V -> List.of(SizeKey.HIDDEN, SizeKey.HEADS);
            case GATE, UP -> List.of(SizeKey.INNER);
            case O, DOWN -> List.of(SizeKey.HIDDEN);
          };
      for (SizeKey size : needed) {
        if (!sizes.containsKey(size)) {
          throw error(
              "config_keys: %s is missing; the fused tensor \"%s\" needs it"
                  .formatted(size.key(), rule.name()));
        }
      }
    }
  }

  private String choice(JsonNode node, String key, String byDefault, String other) {
    JsonNode value = node.path(key);
    if (value.isMissingNode()) {
      return byDefault;
    }
    if (!value.isTextual() || !(value.asText().equals(byDefault) || value.asText().equals(other))) {
      throw error("%s: %s is not one of \"%s\", \"%s\"".formatted(key, value, byDefault, other));
    }
    return value.asText();
  }

  private List<MatrixRole> roles(JsonNode node, String key) {
    List<MatrixRole> roles = new ArrayList<>();
    for (String name : strings(node, key)) {
      MatrixRole role =
          Arrays.stream(MatrixRole.values())
              .filter(known -> known.name().equals(name.toUpperCase(Locale.ROOT)))
              .findFirst()
              .orElseThrow(
                  () ->
                      error(
                          "%s: \"%s\" is not one of %s"
                              .formatted(key, name, Arrays.toString(MatrixRole.values()))));
      if (roles.contains(role)) {
        throw error("%s: %s is named twice".formatted(key, role));
      }
      roles.add(role);
    }
    return List.copyOf(roles);
  }

  private List<String> strings(JsonNode node, String key) {
    JsonNode value = required(node, key);
    List<String> strings = new ArrayList<>();
    for (JsonNode element : value.isArray() ? value : MAPPER.createArrayNode().add(value)) {
      if (!element.isTextual()) {
        throw error("%s: %s is not a string".formatted(key, element));
      }
      strings.add(element.asText());
    }
    if (strings.isEmpty()) {
      throw error(key + ": is empty");
    }
    return List.copyOf(strings);
  }

  private JsonNode required(JsonNode node, String key) {
    JsonNode value = node.path(key);
    if (value.isMissingNode()) {
      throw error(key + " is missing");
    }
    if (value.isNull()) {
      throw error(key + " is null");
    }
    return value;
  }

  private void requireObject(JsonNode node, String what, Set<String> keys) {
    if (!node.isObject()) {
      throw error("%s: must be a JSON object, but is %s".formatted(what, node.getNodeType()));
    }
    node.fieldNames()
        .forEachRemaining(
            key -> {
              if (!keys.contains(key)) {
                throw error(
                    "%s: unknown key \"%s\"; known are %s"
                        .formatted(what, key, keys.stream().sorted().toList()));
              }
            });
  }

  private TrawlException error(String problem) {
    return new TrawlException(
        ErrorCategory.BAD_INPUT,
        "architecture %s: %s; a file looks like %s".formatted(file, problem, EXAMPLE));
  }
}
