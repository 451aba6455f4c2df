package io.github.trawl.evaluation.text;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/**
 * Applies {@code tokenizer_config.json} to {@code tokenizer.json}, as transformers does, because
 * the native tokenizer reads the latter alone. All else of {@code tokenizer.json} stands. {@code
 * add_bos_token} and {@code add_eos_token} are ignored: transformers 5 uses the post-processor of
 * {@code tokenizer.json} instead.
 */
final class TokenizerSettings {
  private static final String TYPE = "type";
  private static final String PREFIX = "add_prefix_space";

  private final ObjectNode tokenizer;
  private final JsonNode settings;
  private final TokenizerClass kind;

  /**
   * @param tokenizer the content of tokenizer.json, which {@link #apply} changes in place
   * @param settings the settings of the tokenizer, as {@link TokenizerFiles} reads them
   */
  TokenizerSettings(ObjectNode tokenizer, JsonNode settings, TokenizerClass kind) {
    this.tokenizer = tokenizer;
    this.settings = settings;
    this.kind = kind;
  }

  void apply() {
    if (kind == TokenizerClass.BERT) {
      tokenizer.set("normalizer", bertNormalizer());
    }
    if (kind.isByteLevel()) {
      boolean prefix = settings.path(PREFIX).asBoolean(false);
      parts("pre_tokenizer", "ByteLevel").forEach(part -> part.put(PREFIX, prefix));
    }
    if (kind == TokenizerClass.XLM_ROBERTA) {
      setWordPrefix();
    }
    if (kind == TokenizerClass.LLAMA || kind == TokenizerClass.CODE_LLAMA) {
      setLlamaComponents();
    }
  }

  private void setWordPrefix() {
    boolean prefix = !settings.has(PREFIX) || settings.path(PREFIX).asBoolean(false);
    for (String place : List.of("pre_tokenizer", "decoder")) {
      for (ObjectNode part : parts(place, "Metaspace")) {
        // An older name of the same, which must not contradict it.
        part.remove(PREFIX);
        part.put("prepend_scheme", prefix ? "always" : "never");
      }
    }
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
   * Replaces normalizer, pre-tokenizer and decoder by those of LlamaTokenizer and
   * CodeLlamaTokenizer, in which the pre-tokenizer, not the normalizer, adds a space before the
   * first word.
   */
  private void setLlamaComponents() {
    boolean code = kind == TokenizerClass.CODE_LLAMA;
    boolean prefix = settings.path(PREFIX).asBoolean(true);
    boolean legacy = !code && settings.path("legacy").asBoolean(false);
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
    if (prefix || code) {
      steps.add(node("Strip").put("content", " ").put("start", 1).put("stop", 0));
    }
    tokenizer.set("decoder", decoder);
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
