package io.github.trawl.evaluation.text;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;

/**
 * The special tokens of a model, such as those that begin a text, end it or mask a word. Each is
 * taken from the first that names it: {@code tokenizer_config.json}, the older {@code
 * special_tokens_map.json}, the defaults of the {@link TokenizerClass}. The model's own
 * configuration only adds tokens that end a generation.
 */
final class SpecialTokens {
  private static final List<String> USUAL_MASKS = List.of("[MASK]", "<mask>");
  private static final List<String> NAMES =
      List.of("bos", "eos", "unk", "sep", "pad", "cls", "mask");
  private static final List<String> MORE =
      List.of("additional_special_tokens", "extra_special_tokens");

  private final Map<String, Integer> ids = new HashMap<>();
  private final Map<String, JsonNode> named = new HashMap<>();
  private final List<Added> added = new ArrayList<>();
  private final Set<Integer> ends = new TreeSet<>();
  private final String maskText;

  /**
   * A special token that is in the vocabulary but not among {@code added_tokens} of {@code
   * tokenizer.json}.
   *
   * @param settings the JSON that names the token: a text, or an object with its flags
   */
  record Added(int id, String text, JsonNode settings) {}

  /**
   * Reads the special tokens of a model.
   *
   * @param tokenizer the content of tokenizer.json
   * @param settings contents of tokenizer_config.json and special_tokens_map.json, as far as
   *     present
   * @param generation the content of generation_config.json; without that file, of config.json
   */
  SpecialTokens(
      JsonNode tokenizer, TokenizerClass kind, List<JsonNode> settings, JsonNode generation) {
    readIds(tokenizer);
    Set<String> recognised = new HashSet<>();
    tokenizer
        .path("added_tokens")
        .forEach(
            token -> {
              recognised.add(token.path("content").asText());
              ids.put(token.path("content").asText(), token.path("id").asInt());
            });
    for (String name : NAMES) {
      named(name, kind, settings).ifPresent(token -> named.put(name, token));
    }
    List<JsonNode> all = new ArrayList<>(named.values());
    MORE.forEach(key -> settings.forEach(each -> each.path(key).forEach(all::add)));
    for (JsonNode token : all) {
      String text = textOf(token);
      if (ids.containsKey(text) && recognised.add(text)) {
        added.add(new Added(ids.get(text), text, token));
      }
    }
    idOf("eos").ifPresent(ends::add);
    JsonNode listed = generation.path("eos_token_id");
    if (listed.isArray()) {
      listed.forEach(id -> ends.add(id.asInt()));
    } else if (listed.isInt()) {
      ends.add(listed.asInt());
    }
    maskText =
        text("mask")
            .orElseGet(
                () -> USUAL_MASKS.stream().filter(recognised::contains).findFirst().orElse(""));
  }

  private void readIds(JsonNode tokenizer) {
    JsonNode vocabulary = tokenizer.path("model").path("vocab");
    vocabulary.properties().forEach(entry -> ids.put(entry.getKey(), entry.getValue().asInt()));
    if (vocabulary.isArray()) {
      // A Unigram model lists [text, score] in the order of the ids.
      for (int i = 0; i < vocabulary.size(); i++) {
        ids.put(vocabulary.get(i).path(0).asText(), i);
      }
    }
  }

  OptionalInt begin() {
    return idOf("bos");
  }

  OptionalInt end() {
    return idOf("eos");
  }

  OptionalInt mask() {
    return maskText.isEmpty() || !ids.containsKey(maskText)
        ? OptionalInt.empty()
        : OptionalInt.of(ids.get(maskText));
  }

  /** Returns the text of the mask token; empty if there is none. */
  String maskText() {
    return maskText;
  }

  /** Returns the tokens that end a generation. */
  Set<Integer> ends() {
    return ends;
  }

  /**
   * Returns the special tokens that are in the vocabulary only: the tokenizer recognises them in a
   * text only once they are added to {@code added_tokens}.
   */
  List<Added> added() {
    return added;
  }

  /** Returns the texts of the special tokens, by names such as {@code bos_token}. */
  Map<String, String> texts() {
    Map<String, String> texts = new HashMap<>();
    named.forEach((name, token) -> texts.put(name + "_token", textOf(token)));
    return texts;
  }

  private Optional<String> text(String name) {
    return Optional.ofNullable(named.get(name)).map(SpecialTokens::textOf);
  }

  private OptionalInt idOf(String name) {
    Integer id = text(name).map(ids::get).orElse(null);
    return id == null ? OptionalInt.empty() : OptionalInt.of(id);
  }

  /**
   * Returns the JSON that names a special token: a text, or an object with the text and flags.
   * Empty if no file names one and either the class has no default or a file has the key, for
   * instance with null, which says that there is no such token.
   */
  private static Optional<JsonNode> named(
      String name, TokenizerClass kind, List<JsonNode> settings) {
    for (JsonNode config : settings) {
      JsonNode token = config.path(name + "_token");
      if (!textOf(token).isEmpty()) {
        return Optional.of(token);
      }
    }
    return settings.stream().anyMatch(config -> config.has(name + "_token"))
        ? Optional.empty()
        : kind.specialToken(name).map(JsonNodeFactory.instance::textNode);
  }

  private static String textOf(JsonNode token) {
    return token.isObject() ? token.path("content").asText("") : token.asText("");
  }
}
