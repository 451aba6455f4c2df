package io.github.trawl.evaluation.text;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;

/**
 * Applies {@code tokenizer_config.json} to {@code tokenizer.json}, as transformers does, because
 * the native tokenizer reads the latter alone. {@code add_bos_token} and {@code add_eos_token} are
 * ignored: transformers 5 uses the post-processor of {@code tokenizer.json} instead.
 */
final class TokenizerSettings {
  private static final String TYPE = "type";

  private final ObjectNode tokenizer;
  private final JsonNode settings;
  private final TokenizerClass kind;
  private final SpecialTokens special;

  /**
   * @param tokenizer the content of tokenizer.json, which {@link #apply} changes in place
   * @param settings the content of tokenizer_config.json; a missing node if there is none
   */
  TokenizerSettings(
      ObjectNode tokenizer, JsonNode settings, TokenizerClass kind, SpecialTokens special) {
    this.tokenizer = tokenizer;
    this.settings = settings;
    this.kind = kind;
    this.special = special;
  }

  void apply() {
    if (kind == TokenizerClass.BERT) {
      tokenizer.set("normalizer", bertNormalizer());
    }
    if (kind.isByteLevel()) {
      boolean prefix = settings.path("add_prefix_space").asBoolean(false);
      parts("pre_tokenizer", "ByteLevel").forEach(part -> part.put("add_prefix_space", prefix));
    }
    if (kind == TokenizerClass.XLM_ROBERTA) {
      String scheme = settings.path("add_prefix_space").asBoolean(true) ? "always" : "never";
      parts("pre_tokenizer", "Metaspace").forEach(part -> part.put("prepend_scheme", scheme));
    }
    if (kind == TokenizerClass.LLAMA) {
      setLlamaComponents();
    }
    special.added().forEach(this::add);
  }

  private ObjectNode bertNormalizer() {
    ObjectNode normalizer = node("BertNormalizer");
    normalizer.put("clean_text", true);
    normalizer.put("handle_chinese_chars", settings.path("tokenize_chinese_chars").asBoolean(true));
    JsonNode accents = settings.path("strip_accents");
    normalizer.set(
        "strip_accents", accents.isBoolean() ? accents : JsonNodeFactory.instance.nullNode());
    normalizer.put("lowercase", settings.path("do_lower_case").asBoolean(true));
    return normalizer;
  }

  /**
   * Replaces normalizer, pre-tokenizer and decoder by those of LlamaTokenizer, in which the
   * pre-tokenizer, not the normalizer, adds a space before the first word.
   */
  private void setLlamaComponents() {
    boolean prefix = settings.path("add_prefix_space").asBoolean(true);
    boolean legacy = settings.path("legacy").asBoolean(false);
    tokenizer.putNull("normalizer");
    ObjectNode words = node("Metaspace");
    words.put("replacement", "\u2581");
    words.put("prepend_scheme", prefix ? (legacy ? "always" : "first") : "never");
    words.put("split", false);
    tokenizer.set("pre_tokenizer", words);
    ObjectNode decoder = node("Sequence");
    ArrayNode steps = decoder.putArray("decoders");
    ObjectNode replace = node("Replace");
    replace.putObject("pattern").put("String", "\u2581");
    steps.add(replace.put("content", " "));
    steps.add(node("ByteFallback"));
    steps.add(node("Fuse"));
    if (prefix) {
      steps.add(node("Strip").put("content", " ").put("start", 1).put("stop", 0));
    }
    tokenizer.set("decoder", decoder);
  }

  /**
   * Adds a special token that the vocabulary has, but that the tokenizer does not recognise in a
   * text yet.
   */
  private void add(SpecialTokens.Added added) {
    ArrayNode list =
        tokenizer.path("added_tokens") instanceof ArrayNode there
            ? there
            : tokenizer.putArray("added_tokens");
    ObjectNode token = list.addObject();
    token.put("id", added.id());
    token.put("content", added.text());
    for (Map.Entry<String, Boolean> flag :
        Map.of("single_word", false, "lstrip", false, "rstrip", false, "normalized", false)
            .entrySet()) {
      token.put(flag.getKey(), added.settings().path(flag.getKey()).asBoolean(flag.getValue()));
    }
    token.put("special", true);
  }

  /**
   * Returns the components of one type.
   *
   * @param place the key of a component, such as {@code pre_tokenizer}: a single one or a sequence
   */
  private List<ObjectNode> parts(String place, String type) {
    return tokenizer.path(place).findParents(TYPE).stream()
        .filter(part -> part.path(TYPE).asText().equals(type))
        .map(ObjectNode.class::cast)
        .toList();
  }

  private static ObjectNode node(String type) {
    return JsonNodeFactory.instance.objectNode().put(TYPE, type);
  }
}
