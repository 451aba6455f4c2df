package io.github.trawl.convert;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Describes a BERT's tokenizer in the two files that transformers reads: {@code tokenizer.json}
 * (the format of Hugging Face's tokenizers) and {@code tokenizer_config.json}.
 */
final class TokenizerJson {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  /** Longer words become {@code [UNK]}; the default of BERT's tokenizer. */
  private static final int LONGEST_WORD = 100;

  private TokenizerJson() {}

  /**
   * Returns {@code tokenizer.json}: BERT's basic tokenization, then word pieces, then the template
   * {@code [CLS] A [SEP] B [SEP]}.
   */
  static ObjectNode tokenizer(Vocabulary vocabulary, boolean lowerCase) {
    ObjectNode root = JSON.objectNode();
    root.put("version", "1.0");
    root.putNull("truncation");
    root.putNull("padding");
    root.set("added_tokens", addedTokens(vocabulary));
    ObjectNode normalizer = root.putObject("normalizer");
    normalizer.put("type", "BertNormalizer");
    normalizer.put("clean_text", true);
    normalizer.put("handle_chinese_chars", true);
    normalizer.putNull("strip_accents");
    normalizer.put("lowercase", lowerCase);
    root.putObject("pre_tokenizer").put("type", "BertPreTokenizer");
    root.set("post_processor", template(vocabulary));
    ObjectNode decoder = root.putObject("decoder");
    decoder.put("type", "WordPiece");
    decoder.put("prefix", "##");
    decoder.put("cleanup", true);
    ObjectNode model = root.putObject("model");
    model.put("type", "WordPiece");
    model.put("unk_token", "[UNK]");
    model.put("continuing_subword_prefix", "##");
    model.put("max_input_chars_per_word", LONGEST_WORD);
    ObjectNode pieces = model.putObject("vocab");
    vocabulary.pieces().forEach(pieces::put);
    return root;
  }

  /** Returns {@code tokenizer_config.json}, for inputs of up to {@code positions} tokens. */
  static ObjectNode configuration(boolean lowerCase, long positions) {
    ObjectNode root = JSON.objectNode();
    root.put("tokenizer_class", "BertTokenizer");
    root.put("do_lower_case", lowerCase);
    root.putNull("strip_accents");
    root.put("tokenize_chinese_chars", true);
    root.put("clean_up_tokenization_spaces", true);
    root.put("model_max_length", positions);
    Vocabulary.SPECIAL.forEach(root::put);
    return root;
  }

  /** Returns {@code json} as the content of a UTF-8 text file. */
  static byte[] bytes(ObjectNode json) {
    return (json.toPrettyString() + "\n").getBytes(StandardCharsets.UTF_8);
  }

  private static ArrayNode addedTokens(Vocabulary vocabulary) {
    ArrayNode tokens = JSON.arrayNode();
    List<String> byId =
        Vocabulary.SPECIAL.values().stream()
            .sorted((left, right) -> vocabulary.id(left) - vocabulary.id(right))
            .toList();
    for (String piece : byId) {
      ObjectNode token = tokens.addObject();
      token.put("id", vocabulary.id(piece));
      token.put("content", piece);
      token.put("single_word", false);
      token.put("lstrip", false);
      token.put("rstrip", false);
      token.put("normalized", false);
      token.put("special", true);
    }
    return tokens;
  }

  private static ObjectNode template(Vocabulary vocabulary) {
    ObjectNode template = JSON.objectNode();
    template.put("type", "TemplateProcessing");
    ArrayNode single = template.putArray("single");
    addPart(single, "SpecialToken", "[CLS]", 0);
    addPart(single, "Sequence", "A", 0);
    addPart(single, "SpecialToken", "[SEP]", 0);
    ArrayNode pair = template.putArray("pair");
    pair.addAll(single);
    addPart(pair, "Sequence", "B", 1);
    addPart(pair, "SpecialToken", "[SEP]", 1);
    ObjectNode special = template.putObject("special_tokens");
    for (String piece : List.of("[CLS]", "[SEP]")) {
      ObjectNode token = special.putObject(piece);
      token.put("id", piece);
      token.putArray("ids").add(vocabulary.id(piece));
      token.putArray("tokens").add(piece);
    }
    return template;
  }

  private static void addPart(ArrayNode parts, String type, String name, int segment) {
    parts.addObject().putObject(type).put("id", name).put("type_id", segment);
  }
}
