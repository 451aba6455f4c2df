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
import java.util.Arrays;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;

/** A tokenizer of Hugging Face's native library. */
final class NativeTokenizer implements TextTokenizer {
  private static final String NAME = "tokenizers";

  /**
   * Turns truncation and padding off, whatever {@code tokenizer.json} says: with them, texts would
   * be scored cut or padded without notice.
   */
  private static final Map<String, String> NO_TRUNCATION_OR_PADDING =
      Map.of("truncation", "false", "padding", "false");

  private final HuggingFaceTokenizer encoder;
  private final HuggingFaceTokenizer decoder;
  private final SpecialTokens special;

  private NativeTokenizer(
      HuggingFaceTokenizer encoder, HuggingFaceTokenizer decoder, SpecialTokens special) {
    this.encoder = encoder;
    this.decoder = decoder;
    this.special = special;
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
    return new NativeTokenizer(encoder, decoder, special);
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
    return decoder.decode(Arrays.stream(tokens).asLongStream().toArray(), true);
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
    return decoder.decode(new long[] {token}, false);
  }

  @Override
  public Set<Integer> endTokens() {
    return special.ends();
  }

  @Override
  public void close() {
    // Closing the same one twice does nothing.
    encoder.close();
    decoder.close();
  }
}
