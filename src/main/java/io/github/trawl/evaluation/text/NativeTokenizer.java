package io.github.trawl.evaluation.text;

import ai.djl.engine.EngineException;
import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import ai.djl.huggingface.tokenizers.jni.LibUtils;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.trawl.checkpoint.Problems;
import io.github.trawl.evaluation.natives.HostPlatform;
import io.github.trawl.evaluation.natives.NativeLibraries;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;

/** A tokenizer of Hugging Face's native library. */
final class NativeTokenizer implements TextTokenizer {
  private static final String NAME = "tokenizers";

  /**
   * Turns truncation and padding off, whatever {@code tokenizer.json} says: with them, texts would
   * be scored cut or padded without notice.
   */
  private static final Map<String, String> NO_TRUNCATION_OR_PADDING =
      Map.of("truncation", "false", "padding", "false");

  /** What transformers replaces in a decoded text, in this order. */
  private static final List<Map.Entry<String, String>> CLEANER =
      List.of(
          Map.entry(" .", "."),
          Map.entry(" ?", "?"),
          Map.entry(" !", "!"),
          Map.entry(" ,", ","),
          Map.entry(" ' ", "'"),
          Map.entry(" n't", "n't"),
          Map.entry(" 'm", "'m"),
          Map.entry(" 's", "'s"),
          Map.entry(" 've", "'ve"),
          Map.entry(" 're", "'re"));

  private final HuggingFaceTokenizer encoder;
  private final HuggingFaceTokenizer decoder;
  private final SpecialTokens special;
  private final boolean cleansUp;

  /** The texts of the tokens that {@link #decode} leaves out, by their ids. */
  private final Map<Integer, String> leftOut;

  private NativeTokenizer(
      HuggingFaceTokenizer encoder,
      HuggingFaceTokenizer decoder,
      SpecialTokens special,
      boolean cleansUp,
      Map<Integer, String> leftOut) {
    this.encoder = encoder;
    this.decoder = decoder;
    this.special = special;
    this.cleansUp = cleansUp;
    this.leftOut = leftOut;
  }

  /** Returns the texts of those of {@code added_tokens} that are special, by their ids. */
  private static Map<Integer, String> special(JsonNode added) {
    Map<Integer, String> texts = new HashMap<>();
    for (JsonNode token : added) {
      if (token.path("special").asBoolean()) {
        texts.put(token.path("id").asInt(), token.path("content").asText());
      }
    }
    return texts;
  }

  /**
   * Opens a tokenizer.
   *
   * @param tokenizer the content of tokenizer.json, whose added tokens this replaces
   * @param settings the settings of the tokenizer, as {@link TokenizerFiles} reads them
   */
  static NativeTokenizer open(
      TokenizerFiles files,
      ObjectNode tokenizer,
      JsonNode settings,
      AddedTokens added,
      SpecialTokens special) {
    load();
    HuggingFaceTokenizer decoder = create(files, tokenizer, added.all());
    // The library's switch for this is out of reach, so texts go to a tokenizer of their own.
    HuggingFaceTokenizer encoder =
        settings.path("split_special_tokens").asBoolean(false)
            ? create(files, tokenizer, added.withoutSpecial())
            : decoder;
    return new NativeTokenizer(
        encoder,
        decoder,
        special,
        cleansUp(tokenizer.path("model"), settings),
        special(added.all()));
  }

  /** Returns whether decoded texts lose spaces before punctuation: of BPE not even if asked to. */
  private static boolean cleansUp(JsonNode model, JsonNode settings) {
    String key = "clean_up_tokenization_spaces";
    boolean pairs = model.path("type").asText(model.has("merges") ? "BPE" : "").equals("BPE");
    return settings.path(key).asBoolean(false)
        && (!pairs
            || settings.path(key + "_for_bpe_even_though_it_will_corrupt_output").asBoolean(false));
  }

  private static HuggingFaceTokenizer create(
      TokenizerFiles files, ObjectNode tokenizer, ArrayNode added) {
    tokenizer.set("added_tokens", added);
    byte[] content = tokenizer.toString().getBytes(StandardCharsets.UTF_8);
    try {
      return HuggingFaceTokenizer.newInstance(
          new ByteArrayInputStream(content), NO_TRUNCATION_OR_PADDING);
    } catch (IOException | RuntimeException e) {
      throw files.broken(
          TokenizerFiles.TOKENIZER, "is not a valid tokenizer (" + Problems.oneLine(e) + ")", e);
    }
  }

  /**
   * Loads the native library before a tokenizer is created, so that a failure to load it is not
   * reported as a fault of the files.
   */
  private static void load() {
    HostPlatform.current().require(NAME);
    // DJL reads where to put native libraries when its first class is loaded.
    Path cache = NativeLibraries.prepare();
    try {
      LibUtils.checkStatus();
    } catch (EngineException | LinkageError e) {
      throw NativeLibraries.notLoaded(NAME, cache, e);
    }
  }

  @Override
  public int[] encode(String text, boolean specialTokens) {
    return Arrays.stream(encoder.encode(text, specialTokens, false).getIds())
        .mapToInt(Math::toIntExact)
        .toArray();
  }

  @Override
  public String decode(int[] tokens) {
    return decode(Arrays.stream(tokens).asLongStream().toArray(), true);
  }

  @Override
  public OptionalInt maskToken() {
    return special.mask();
  }

  @Override
  public String maskText() {
    return special.maskText();
  }

  @Override
  public OptionalInt prefixToken() {
    return special.begin().isPresent() ? special.begin() : special.end();
  }

  @Override
  public OptionalInt beginToken() {
    return special.begin();
  }

  @Override
  public String tokenText(int token) {
    return decode(new long[] {token}, false);
  }

  private String decode(long[] tokens, boolean skipSpecial) {
    String text = decoder.decode(tokens, skipSpecial);
    if (cleansUp) {
      for (Map.Entry<String, String> each : CLEANER) {
        text = text.replace(each.getKey(), each.getValue());
      }
    }
    return text;
  }

  @Override
  public Set<Integer> endTokens() {
    return special.ends();
  }

  @Override
  public Optional<String> endText() {
    return special.end().isPresent()
        ? Optional.of(tokenText(special.end().getAsInt()))
        : Optional.empty();
  }

  @Override
  public Set<Integer> stopTokens(List<String> texts) {
    List<String> stops = new ArrayList<>(texts);
    endText().ifPresent(stops::add);
    stops.remove("");
    Set<Integer> tokens = new TreeSet<>(endTokens());
    leftOut.forEach(
        (id, text) -> {
          if (stops.stream().anyMatch(text::contains)) {
            tokens.add(id);
          }
        });
    return tokens;
  }

  @Override
  public void close() {
    // Closing the same one twice does nothing.
    encoder.close();
    decoder.close();
  }
}
