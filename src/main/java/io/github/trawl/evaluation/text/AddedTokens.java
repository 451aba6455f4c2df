package io.github.trawl.evaluation.text;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * The tokens that a tokenizer finds in a text before it cuts the rest into words: {@code
 * added_tokens} of {@code tokenizer.json}, with what {@code tokenizer_config.json} says of them and
 * adds to them.
 */
final class AddedTokens {
  private static final String KEY = "added_tokens";
  private static final String ID = "id";
  private static final String CONTENT = "content";
  private static final String SPECIAL = "special";
  private static final String NORMALIZED = "normalized";

  /** Stands in no text: U+FFFF is no character. */
  private static final String NOWHERE = "\uFFFF";

  private final Map<String, Integer> vocabulary;
  private final Map<String, ObjectNode> tokens = new LinkedHashMap<>();

  /**
   * Merges the tokens of both files. Where both have a token, the flags of {@code decoder} count.
   *
   * @param tokenizer the content of tokenizer.json, whose added_tokens are objects
   * @param decoder added_tokens_decoder of tokenizer_config.json, by the ids that are its keys
   * @param rebuilt whether transformers builds the tokenizer anew; a token of {@code decoder} then
   *     takes the place of the one with its id, otherwise it comes behind all others
   */
  AddedTokens(JsonNode tokenizer, SortedMap<Integer, JsonNode> decoder, boolean rebuilt) {
    vocabulary = vocabulary(tokenizer.path("model").path("vocab"));
    number(
        rebuilt
            ? byId(tokenizer.path(KEY), decoder).values()
            : byText(tokenizer.path(KEY), decoder).values());
  }

  private static Map<Integer, ObjectNode> byId(
      JsonNode listed, SortedMap<Integer, JsonNode> decoder) {
    Set<String> named =
        decoder.values().stream().map(SpecialTokens::textOf).collect(Collectors.toSet());
    Map<Integer, ObjectNode> merged = new TreeMap<>();
    for (JsonNode token : listed) {
      if (!named.contains(text(token))) {
        merged.put(token.path(ID).asInt(), token.deepCopy());
      }
    }
    decoder.forEach((id, token) -> merged.put(id, token(token, false)));
    return merged;
  }

  private static Map<String, ObjectNode> byText(
      JsonNode listed, SortedMap<Integer, JsonNode> decoder) {
    Map<String, ObjectNode> merged = new LinkedHashMap<>();
    listed.forEach(token -> merged.putIfAbsent(text(token), token.deepCopy()));
    decoder.values().forEach(token -> merged.put(SpecialTokens.textOf(token), token(token, false)));
    return merged;
  }

  private static Map<String, Integer> vocabulary(JsonNode listed) {
    Map<String, Integer> ids = new HashMap<>();
    listed.properties().forEach(entry -> ids.put(entry.getKey(), entry.getValue().asInt()));
    if (listed.isArray()) {
      // A Unigram model lists [text, score] in the order of the ids.
      for (int i = 0; i < listed.size(); i++) {
        ids.put(listed.get(i).path(0).asText(), i);
      }
    }
    return ids;
  }

  /**
   * Puts the tokens in an order and gives each the id that it has in the native library, which goes
   * by the vocabulary and that order and not by the ids of the file.
   */
  private void number(Collection<ObjectNode> ordered) {
    int next = vocabulary.size();
    for (ObjectNode token : ordered) {
      String text = text(token);
      // The library leaves out what is empty or there already.
      if (!text.isEmpty() && !has(text)) {
        int id = vocabulary.getOrDefault(text, next);
        next = Math.max(next, id + 1);
        tokens.put(text, token.put(ID, id));
      }
    }
  }

  /** Returns the id of a token, added or of the vocabulary; null if there is no such token. */
  Integer id(String text) {
    ObjectNode token = tokens.get(text);
    return token == null ? vocabulary.get(text) : Integer.valueOf(token.path(ID).asInt());
  }

  /** Returns whether the tokenizer finds a token in a text as a whole. */
  boolean has(String text) {
    return tokens.containsKey(text);
  }

  /**
   * Adds a token of the vocabulary, unless it is among the tokens or not in the vocabulary.
   *
   * @param settings the JSON that names the token: a text, or an object with its flags
   */
  void add(JsonNode settings) {
    String text = SpecialTokens.textOf(settings);
    Integer id = vocabulary.get(text);
    if (id != null && !has(text)) {
      tokens.put(text, token(settings, !settings.has("__type")).put(ID, id));
    }
  }

  /** Makes a token special, if it is among the tokens: a decoded text leaves it out. */
  void makeSpecial(String text) {
    if (has(text)) {
      tokens.get(text).put(SPECIAL, true);
    }
  }

  /** Returns the tokens as {@code tokenizer.json} lists them. */
  ArrayNode all() {
    return JsonNodeFactory.instance.arrayNode().addAll(tokens.values());
  }

  /**
   * Returns the tokens for a tokenizer that splits special ones as any text. The others keep their
   * ids, so a special token that is not in the vocabulary keeps its place, with a text that nobody
   * writes.
   */
  ArrayNode withoutSpecial() {
    ArrayNode list = JsonNodeFactory.instance.arrayNode();
    tokens.forEach(
        (text, token) -> {
          if (!token.path(SPECIAL).asBoolean()) {
            list.add(token);
          } else if (!vocabulary.containsKey(text)) {
            list.add(token.deepCopy().put(CONTENT, NOWHERE + text));
          }
        });
    return list;
  }

  private static String text(JsonNode token) {
    return token.path(CONTENT).asText();
  }

  /**
   * Returns a token as {@code tokenizer.json} has it, but for its id.
   *
   * @param flags the token's text, or an object with text and flags
   * @param special whether it is special if there is no such flag
   */
  private static ObjectNode token(JsonNode flags, boolean special) {
    ObjectNode token = JsonNodeFactory.instance.objectNode();
    token.put(CONTENT, SpecialTokens.textOf(flags));
    for (String flag : List.of("single_word", "lstrip", "rstrip")) {
      token.put(flag, flags.path(flag).asBoolean(false));
    }
    boolean marked = flags.path(SPECIAL).asBoolean(special);
    token.put(NORMALIZED, flags.path(NORMALIZED).asBoolean(!marked));
    return token.put(SPECIAL, marked);
  }
}
