package io.github.trawl.evaluation.text;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Holds the names of tokenizer classes against those of transformers, which
 * src/test/python/make_tokenizer_settings_golden.py writes to classes.json.
 */
class TokenizerClassTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** Classes of transformers that set parts of a tokenizer by its settings. */
  private static final Map<String, TokenizerClass> KNOWN =
      Map.ofEntries(
          Map.entry("BertTokenizer", TokenizerClass.BERT),
          Map.entry("DistilBertTokenizer", TokenizerClass.BERT),
          Map.entry("GPT2Tokenizer", TokenizerClass.GPT2),
          Map.entry("RobertaTokenizer", TokenizerClass.ROBERTA),
          Map.entry("GPTNeoXTokenizer", TokenizerClass.GPT_NEOX),
          Map.entry("Qwen2Tokenizer", TokenizerClass.QWEN2),
          Map.entry("LlamaTokenizer", TokenizerClass.LLAMA),
          Map.entry("CodeLlamaTokenizer", TokenizerClass.CODE_LLAMA),
          Map.entry("GemmaTokenizer", TokenizerClass.GEMMA),
          Map.entry("XLMRobertaTokenizer", TokenizerClass.XLM_ROBERTA),
          Map.entry("CamembertTokenizer", TokenizerClass.XLM_ROBERTA));

  private static JsonNode golden;

  @BeforeAll
  static void read() throws IOException {
    golden = JSON.readTree(TokenizerClassTest.class.getResourceAsStream("classes.json"));
  }

  @Test
  void eachNameMeansTheClassThatItMeansToTransformers() {
    assertThat(golden.get("names").size()).isGreaterThan(200);
    golden
        .get("names")
        .properties()
        .forEach(
            name ->
                assertThat(
                        TokenizerClass.of(object("tokenizer_class", name.getKey()), none(), none()))
                    .as(name.getKey())
                    .isEqualTo(known(name.getValue())));
  }

  @Test
  void withoutANameTheTypeOfTheModelDecides() {
    golden
        .get("types")
        .properties()
        .forEach(
            type ->
                assertThat(TokenizerClass.of(none(), object("model_type", type.getKey()), none()))
                    .as(type.getKey())
                    .isEqualTo(known(type.getValue())));
  }

  private static TokenizerClass known(JsonNode name) {
    return KNOWN.getOrDefault(name.asText(), TokenizerClass.GENERIC);
  }

  private static ObjectNode object(String key, String value) {
    return none().put(key, value);
  }

  private static ObjectNode none() {
    return JSON.createObjectNode();
  }
}
