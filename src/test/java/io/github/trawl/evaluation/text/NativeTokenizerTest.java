package io.github.trawl.evaluation.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.trawl.ErrorCategory;
import io.github.trawl.TrawlException;
import io.github.trawl.evaluation.natives.FakedPlatform;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The golden encodings are transformers', made by src/test/python/make_tokenizer_golden.py. */
class NativeTokenizerTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir Path directory;

  @ParameterizedTest
  @ValueSource(strings = {"gpt2", "roberta", "bert", "llama", "unigram"})
  void encodesAndDecodesAsTransformersDoes(String kind) throws IOException {
    copy(kind);
    JsonNode golden = JSON.readTree(getClass().getResourceAsStream(kind + "/golden.json"));
    try (TextTokenizer tokenizer = open()) {
      for (JsonNode expected : golden.path("cases")) {
        String text = expected.path("text").asText();
        int[] ids = ids(expected.path("without_special"));
        assertThat(tokenizer.encode(text, true))
            .as(text)
            .isEqualTo(ids(expected.path("with_special")));
        assertThat(tokenizer.encode(text, false)).as(text).isEqualTo(ids);
        assertThat(tokenizer.decode(ids)).isEqualTo(expected.path("decoded").asText());
      }
      assertThat(tokenizer.maskToken()).isEqualTo(id(golden.path("mask")));
      OptionalInt begin = id(golden.path("bos"));
      OptionalInt end = id(golden.path("eos"));
      assertThat(tokenizer.prefixToken()).isEqualTo(begin.isPresent() ? begin : end);
      end.ifPresent(token -> assertThat(tokenizer.endTokens()).containsExactly(token));
    }
  }

  /** Written by make_tokenizer_settings_golden.py. */
  @ParameterizedTest
  @MethodSource("settings")
  void tokenizerConfigCountsAsInTransformers(JsonNode golden) throws IOException {
    write("tokenizer.json", changed(golden.get("tokenizer").asText(), golden.get("changes")));
    write("tokenizer_config.json", golden.get("config"));
    write("special_tokens_map.json", golden.get("map"));
    write("config.json", golden.get("model"));
    try (TextTokenizer opened = open()) {
      for (JsonNode expected : golden.get("cases")) {
        String text = expected.get("text").asText();
        int[] ids = ids(expected.get("without_special"));
        assertThat(opened.encode(text, true)).as(text).isEqualTo(ids(expected.get("with_special")));
        assertThat(opened.encode(text, false)).as(text).isEqualTo(ids);
        assertThat(opened.decode(ids)).as(text).isEqualTo(expected.get("decoded").asText());
      }
      assertThat(opened.maskToken()).isEqualTo(id(golden.get("mask")));
      assertThat(opened.beginToken()).isEqualTo(id(golden.get("bos")));
      assertThat(opened.endTokens())
          .isEqualTo(id(golden.get("eos")).stream().boxed().collect(Collectors.toSet()));
    }
    assertThat(files().specialTokens())
        .isEqualTo(JSON.convertValue(golden.get("names"), Map.class));
  }

  /** Returns a tokenizer with other parts, or with more in its vocabulary. */
  private ObjectNode changed(String kind, JsonNode changes) throws IOException {
    ObjectNode tokenizer =
        (ObjectNode) JSON.readTree(getClass().getResourceAsStream(kind + "/tokenizer.json"));
    tokenizer.setAll((ObjectNode) changes);
    if (tokenizer.remove("vocab") instanceof ObjectNode more) {
      ((ObjectNode) tokenizer.path("model").path("vocab")).setAll(more);
    }
    return tokenizer;
  }

  static Stream<JsonNode> settings() throws IOException {
    return golden("settings.json");
  }

  static Stream<JsonNode> ends() throws IOException {
    return golden("ends.json");
  }

  private static Stream<JsonNode> golden(String name) throws IOException {
    JsonNode golden = JSON.readTree(NativeTokenizerTest.class.getResourceAsStream(name));
    return StreamSupport.stream(golden.spliterator(), false);
  }

  /** Python writes numbers that are none, as in an eos_token_id's neighbours. */
  @Test
  void infinityIsReadAsTheCheckpointReadsIt() throws IOException {
    copy("gpt2");
    for (String name : new String[] {"config.json", "generation_config.json"}) {
      Files.writeString(
          directory.resolve(name), "{\"temperature\": Infinity, \"a\": NaN, \"eos_token_id\": 7}");
    }
    try (TextTokenizer tokenizer = open()) {
      assertThat(tokenizer.endTokens()).contains(7);
    }
    Files.writeString(directory.resolve("generation_config.json"), "{\"eos_token_id\": +-1}");
    assertThatThrownBy(this::open)
        .isInstanceOf(TrawlException.class)
        .hasMessageContaining("generation_config.json: is not valid JSON (")
        .hasMessageEndingWith("; restore the file")
        .hasMessageNotContaining("JsonReadFeature");
  }

  @Test
  void aSystemWithoutNativeLibraryIsNotTakenForAFaultOfTheFiles() throws IOException {
    copy("gpt2");
    FakedPlatform.during(
        "Mac OS X",
        "aarch64",
        () -> {
          assertThatThrownBy(this::open)
              .isInstanceOfSatisfying(
                  TrawlException.class,
                  e -> assertThat(e.category()).isEqualTo(ErrorCategory.SYSTEM))
              .hasMessageStartingWith(
                  "tokenizers: there is no native library for Mac OS X aarch64;");
        });
  }

  /** Written by make_tokenizer_settings_golden.py. */
  @ParameterizedTest
  @MethodSource("ends")
  void theModelAddsTheEndsOfAGenerationThatTransformersReads(JsonNode golden) throws IOException {
    copy("gpt2");
    ObjectNode model = golden.get("model").deepCopy();
    write("config.json", model.put("bos_token_id", 5));
    write("generation_config.json", golden.get("generation"));
    Set<Integer> ends = Arrays.stream(ids(golden.get("ends"))).boxed().collect(Collectors.toSet());
    Set<Integer> withOwn = new HashSet<>(ends);
    withOwn.add(0);
    try (TextTokenizer tokenizer = open()) {
      assertThat(tokenizer.endTokens()).isEqualTo(withOwn);
    }
    Files.delete(directory.resolve("tokenizer_config.json"));
    try (TextTokenizer tokenizer = open()) {
      assertThat(tokenizer.endTokens()).isEqualTo(ends);
      assertThat(tokenizer.prefixToken()).isEmpty();
      assertThat(tokenizer.maskToken()).isEmpty();
    }
  }

  /** Otherwise a tokenizer of SmolLM2 would no longer split digits, as its training did. */
  @Test
  void whatTransformersWouldDropStays() throws IOException {
    JsonNode digits =
        JSON.readTree(
            """
            {"pre_tokenizer": {"type": "Sequence", "pretokenizers": [
              {"type": "Digits", "individual_digits": true},
              {"type": "ByteLevel", "add_prefix_space": false, "trim_offsets": true}]}}
            """);
    write("tokenizer.json", changed("gpt2", digits));
    int[] apart;
    try (TextTokenizer tokenizer = open()) {
      apart = tokenizer.encode("200", false);
      assertThat(apart).hasSize(3);
    }
    write("tokenizer_config.json", JSON.readTree("{\"tokenizer_class\": \"GPT2Tokenizer\"}"));
    try (TextTokenizer tokenizer = open()) {
      assertThat(tokenizer.encode("200", false)).isEqualTo(apart);
    }
  }

  @Test
  void anAddedTokenWithoutIdIsOneLine() throws IOException {
    copy("gpt2");
    write(
        "tokenizer_config.json",
        JSON.readTree("{\"added_tokens_decoder\": {\"x\": {\"content\": \"<new>\"}}}"));
    assertThatThrownBy(this::open)
        .isInstanceOfSatisfying(
            TrawlException.class, e -> assertThat(e.category()).isEqualTo(ErrorCategory.BAD_INPUT))
        .hasMessageEndingWith(
            "tokenizer_config.json: added_tokens_decoder has the key 'x', which is no token id;"
                + " restore the file");
  }

  @Test
  void aMissingTokenizerIsOneLine() {
    assertThatThrownBy(this::open)
        .isInstanceOfSatisfying(
            TrawlException.class, e -> assertThat(e.category()).isEqualTo(ErrorCategory.BAD_INPUT))
        .hasMessage(
            directory.toUri().getPath().replaceAll("/$", "")
                + ": has no tokenizer.json, which evaluation needs; save the model's fast tokenizer"
                + " beside its weights");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "{",
        "[]",
        "{\"model\": {\"type\": \"Elsewhere\"}}",
        "{\"added_tokens\": [1]}"
      })
  void aBrokenTokenizerIsOneLine(String content) throws IOException {
    Files.writeString(directory.resolve("tokenizer.json"), content);
    assertThatThrownBy(this::open)
        .isInstanceOfSatisfying(
            TrawlException.class, e -> assertThat(e.category()).isEqualTo(ErrorCategory.BAD_INPUT))
        .hasMessageContaining("tokenizer.json: ")
        .hasMessageEndingWith("; restore the file")
        .hasMessageNotContaining("\n");
  }

  private TextTokenizer open() {
    return files().open();
  }

  private TokenizerFiles files() {
    return TokenizerFiles.read(
        new org.apache.hadoop.fs.Path(directory.toString()), new Configuration());
  }

  /** Writes a file, unless its content is null. */
  private void write(String name, JsonNode content) throws IOException {
    if (!content.isNull()) {
      JSON.writeValue(directory.resolve(name).toFile(), content);
    }
  }

  private void copy(String kind) throws IOException {
    for (String name : new String[] {"tokenizer.json", "tokenizer_config.json"}) {
      Files.write(
          directory.resolve(name),
          getClass().getResourceAsStream(kind + "/" + name).readAllBytes());
    }
  }

  private static OptionalInt id(JsonNode node) {
    return node.isNull() ? OptionalInt.empty() : OptionalInt.of(node.asInt());
  }

  private static int[] ids(JsonNode array) {
    return StreamSupport.stream(array.spliterator(), false).mapToInt(JsonNode::asInt).toArray();
  }
}
