package io.github.trawl.evaluation.text;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;

/**
 * Which tokens begin, end and mask, from the files beside {@code tokenizer.json}. The tokenizer's
 * own configuration counts first, then the older map of special tokens, then the model's.
 */
record SpecialTokens(
    OptionalInt begin, OptionalInt end, OptionalInt mask, String maskText, Set<Integer> ends) {
  private static final List<String> USUAL_MASKS = List.of("[MASK]", "<mask>");

  /**
   * Reads them.
   *
   * @param tokenizer the content of tokenizer.json
   * @param named contents of tokenizer_config.json and special_tokens_map.json, as far as present
   * @param numbered contents of generation_config.json and config.json, as far as present
   */
  static SpecialTokens find(JsonNode tokenizer, List<JsonNode> named, List<JsonNode> numbered) {
    Map<String, Integer> ids = new HashMap<>();
    tokenizer
        .path("added_tokens")
        .forEach(token -> ids.put(token.path("content").asText(), token.path("id").asInt()));
    OptionalInt begin = token("bos", ids, named, numbered);
    OptionalInt end = token("eos", ids, named, numbered);
    Set<Integer> ends = new TreeSet<>();
    end.ifPresent(ends::add);
    for (JsonNode config : numbered) {
      JsonNode listed = config.path("eos_token_id");
      if (listed.isArray()) {
        listed.forEach(id -> ends.add(id.asInt()));
      } else if (listed.isInt()) {
        ends.add(listed.asInt());
      }
    }
    String maskText =
        text("mask", named)
            .orElseGet(() -> USUAL_MASKS.stream().filter(ids::containsKey).findFirst().orElse(""));
    OptionalInt mask =
        ids.containsKey(maskText) ? OptionalInt.of(ids.get(maskText)) : OptionalInt.empty();
    return new SpecialTokens(begin, end, mask, maskText, ends);
  }

  private static OptionalInt token(
      String name, Map<String, Integer> ids, List<JsonNode> named, List<JsonNode> numbered) {
    Optional<String> text = text(name, named);
    if (text.isPresent()) {
      Integer id = ids.get(text.get());
      return id == null ? OptionalInt.empty() : OptionalInt.of(id);
    }
    if (named.stream().anyMatch(config -> config.has(name + "_token"))) {
      return OptionalInt.empty();
    }
    return numbered.stream()
        .map(config -> config.path(name + "_token_id"))
        .map(id -> id.isArray() ? id.path(0) : id)
        .filter(JsonNode::isInt)
        .mapToInt(JsonNode::asInt)
        .findFirst();
  }

  private static Optional<String> text(String name, List<JsonNode> named) {
    return named.stream()
        .map(config -> config.path(name + "_token"))
        .map(token -> token.isObject() ? token.path("content") : token)
        .filter(JsonNode::isTextual)
        .map(JsonNode::asText)
        .findFirst();
  }
}
