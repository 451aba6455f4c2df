package io.github.trawl.evaluation.text;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.trawl.ErrorCategory;
import io.github.trawl.TrawlException;
import io.github.trawl.checkpoint.Json;
import io.github.trawl.checkpoint.Problems;
import io.github.trawl.checkpoint.Storage;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.Serializable;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * The contents of a model's tokenizer files and configuration files. They are read once; a process
 * that receives the serialized contents opens the tokenizer without the files.
 *
 * @param model the model's directory, for messages
 * @param contents the files that the model has, by name; {@code tokenizer.json} is always there
 */
public record TokenizerFiles(String model, Map<String, byte[]> contents) implements Serializable {
  static final String TOKENIZER = "tokenizer.json";

  /** Files that name special tokens by their texts, the one that takes precedence first. */
  static final List<String> TOKEN_TEXT_FILES =
      List.of("tokenizer_config.json", "special_tokens_map.json");

  /** Files that name the tokens that end a generation by their ids; the first one counts alone. */
  static final List<String> TOKEN_ID_FILES = List.of("generation_config.json", "config.json");

  private static final int MAX_BYTES = 200 << 20;

  /**
   * Reads the files of a model's directory.
   *
   * @throws TrawlException if there is no {@code tokenizer.json}, or a file can't be read
   */
  public static TokenizerFiles read(Path model, Configuration hadoop) {
    FileSystem fileSystem = Storage.open(model, hadoop);
    Map<String, byte[]> contents = new TreeMap<>();
    byte[] tokenizer =
        content(fileSystem, new Path(model, TOKENIZER))
            .orElseThrow(
                () ->
                    new TrawlException(
                        ErrorCategory.BAD_INPUT,
                        model
                            + ": has no tokenizer.json, which evaluation needs; save the model's"
                            + " fast tokenizer beside its weights"));
    contents.put(TOKENIZER, tokenizer);
    for (List<String> names : List.of(TOKEN_TEXT_FILES, TOKEN_ID_FILES)) {
      for (String name : names) {
        content(fileSystem, new Path(model, name)).ifPresent(bytes -> contents.put(name, bytes));
      }
    }
    return new TokenizerFiles(model.toString(), contents);
  }

  /** Opens the tokenizer. The caller closes it. */
  public TextTokenizer open() {
    ObjectNode tokenizer = (ObjectNode) json(TOKENIZER).orElseThrow();
    TokenizerClass kind = kind(tokenizer);
    SpecialTokens special =
        new SpecialTokens(tokenizer, kind, all(TOKEN_TEXT_FILES), generation());
    new TokenizerSettings(tokenizer, settings(), kind, special).apply();
    return NativeTokenizer.open(this, tokenizer, special);
  }

  /** Returns the texts of the model's special tokens, by names such as {@code bos_token}. */
  public Map<String, String> specialTokens() {
    JsonNode tokenizer = json(TOKENIZER).orElseThrow();
    return new SpecialTokens(tokenizer, kind(tokenizer), all(TOKEN_TEXT_FILES), generation())
        .texts();
  }

  private TokenizerClass kind(JsonNode tokenizer) {
    return TokenizerClass.of(
        settings(), json(TOKEN_ID_FILES.get(1)).orElse(MissingNode.getInstance()), tokenizer);
  }

  private JsonNode settings() {
    return json(TOKEN_TEXT_FILES.get(0)).orElse(MissingNode.getInstance());
  }

  private JsonNode generation() {
    return all(TOKEN_ID_FILES).stream().findFirst().orElse(MissingNode.getInstance());
  }

  /** Parses a file, if it is present. Returns a new JSON object each time. */
  Optional<JsonNode> json(String name) {
    return Optional.ofNullable(contents.get(name))
        .map(bytes -> Json.readObject(model + "/" + name, bytes));
  }

  TrawlException broken(String name, String what, Exception cause) {
    return new TrawlException(
        ErrorCategory.BAD_INPUT, model + "/" + name + ": " + what + "; restore the file", cause);
  }

  private List<JsonNode> all(List<String> names) {
    return names.stream().map(this::json).flatMap(Optional::stream).toList();
  }

  private static Optional<byte[]> content(FileSystem fileSystem, Path file) {
    try (InputStream stream = fileSystem.open(file)) {
      byte[] bytes = stream.readNBytes(MAX_BYTES + 1);
      if (bytes.length > MAX_BYTES) {
        throw new TrawlException(
            ErrorCategory.BAD_INPUT,
            file + ": is larger than 200 MiB; check that it is the file of a model");
      }
      return Optional.of(bytes);
    } catch (FileNotFoundException e) {
      return Optional.empty();
    } catch (IOException e) {
      throw new TrawlException(
          ErrorCategory.SYSTEM,
          file + ": can't be read (" + Problems.oneLine(e) + "); try again",
          e);
    }
  }
}
