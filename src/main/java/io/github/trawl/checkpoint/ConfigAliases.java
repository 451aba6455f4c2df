package io.github.trawl.checkpoint;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;

/**
 * Keys of {@code config.json} that stand for others: the {@code attribute_map} of a configuration
 * class in transformers, by which the value of such a key wins over that of the key it stands for.
 */
final class ConfigAliases {
  private static final Map<String, String> GPT =
      Map.of(
          "hidden_size", "n_embd",
          "max_position_embeddings", "n_positions",
          "num_attention_heads", "n_head",
          "num_hidden_layers", "n_layer");

  private static final Map<String, String> DISTILBERT =
      Map.of(
          "hidden_size", "dim", "num_attention_heads", "n_heads", "num_hidden_layers", "n_layers");

  /** For each {@code model_type} that has any, the keys and what they stand for. */
  private static final Map<String, Map<String, String>> ALIASES =
      Map.of("gpt2", GPT, "gptj", GPT, "distilbert", DISTILBERT);

  private ConfigAliases() {}

  /**
   * Returns a copy of {@code config} in which each key for which another stands has the value of
   * that one, if it has one.
   */
  static JsonNode resolved(JsonNode config) {
    ObjectNode resolved = config.deepCopy();
    ALIASES
        .getOrDefault(config.path("model_type").asText(), Map.of())
        .forEach(
            (alias, key) -> {
              if (config.hasNonNull(alias)) {
                resolved.set(key, config.get(alias));
              }
            });
    return resolved;
  }
}
