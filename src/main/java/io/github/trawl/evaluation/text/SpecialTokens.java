package io.github.trawl.evaluation.text;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The special tokens of a model, such as those that begin a text, end it or mask a word: those that
 * the tokenizer's settings name, else the defaults of the {@link TokenizerClass}. The model's own
 * configuration only adds tokens that end a generation.
 */
final class SpecialTokens {
  private static final List<String> USUAL_MASKS = List.of("[MASK]", "<mask>");
  private static final List<String> MORE =
      List.of("additional_special_tokens", "extra_special_tokens");
  private static final String TOKEN = "_token";

  private final AddedTokens tokens;

  /** What names a token, by names such as {@code bos_token}. */
  private final Map<String, JsonNode> named = new TreeMap<>();

  private final Set<Integer> ends = new TreeSet<>();
  private final String maskText;

  /**
   * Reads the special tokens of a model, and adds those that are in the vocabulary alone to the
   * tokens that the tokenizer finds in a text.
   *
   * @param tokens the tokens of the tokenizer, which this changes
   * @param settings the settings of the tokenizer, as {@link TokenizerFiles} reads them
   * @param generation the content of generation_config.json; without that file, of config.json
   */
  SpecialTokens(AddedTokens tokens, TokenizerClass kind, JsonNode settings, JsonNode generation) {
    this.tokens = tokens;
    readNames(kind, settings);
    for (JsonNode token : named.values()) {
      tokens.add(token);
      tokens.makeSpecial(textOf(token));
    }
    MORE.forEach(key -> settings.path(key).forEach(tokens::add));
    idOf("eos").ifPresent(ends::add);
    JsonNode listed = generation.path("eos_token_id");
    if (listed.isArray()) {
      listed.forEach(id -> ends.add(id.asInt()));
    } else if (listed.isInt()) {
      ends.add(listed.asInt());
    }
    maskText =
        text("mask")
            .orElseGet(() -> USUAL_MASKS.stream().filter(tokens::has).findFirst().orElse(""));
  }

  /**
   * Takes every setting that names a token, also those of roles that only a few models have. One
   * with null says that there is no such token, whatever the class has.
   */
  private void readNames(TokenizerClass kind, JsonNode settings) {
    kind.specialTokens()
        .forEach((name, text) -> named.put(name + TOKEN, JsonNodeFactory.instance.textNode(text)));
    for (JsonNode source : List.of(settings, settings.path(MORE.get(1)))) {
      for (Map.Entry<String, JsonNode> setting : source.properties()) {
        if (setting.getKey().endsWith(TOKEN)) {
          JsonNode token = setting.getValue();
          if ((token.isTextual() || token.isObject()) && !textOf(token).isEmpty()) {
            named.put(setting.getKey(), token);
          } else {
            named.remove(setting.getKey());
          }
        }
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
    return id(maskText);
  }

  /** Returns the text of the mask token; empty if there is none. */
  String maskText() {
    return maskText;
  }

  /** Returns the tokens that end a generation. */
  Set<Integer> ends() {
    return ends;
  }

  /** Returns the texts of the special tokens, by names such as {@code bos_token}. */
  Map<String, String> texts() {
    Map<String, String> texts = new HashMap<>();
    named.forEach((name, token) -> texts.put(name, textOf(token)));
    return texts;
  }

  private Optional<String> text(String name) {
    return Optional.ofNullable(named.get(name + TOKEN)).map(SpecialTokens::textOf);
  }

  private OptionalInt idOf(String name) {
    return text(name).map(this::id).orElse(OptionalInt.empty());
  }

  private OptionalInt id(String text) {
    Integer id = tokens.id(text);
    return id == null ? OptionalInt.empty() : OptionalInt.of(id);
  }

  /** Returns the text of the JSON that names a token: a text, or an object with text and flags. */
  static String textOf(JsonNode token) {
    return token.isObject() ? token.path("content").asText("") : token.asText("");
  }
}
