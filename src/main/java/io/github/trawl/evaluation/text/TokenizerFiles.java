package io.github.trawl.evaluation.text;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
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
import java.util.SortedMap;
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

  private static final String SETTINGS = "tokenizer_config.json";
  private static final String OLDER_SETTINGS = "special_tokens_map.json";
  private static final String GENERATION = "generation_config.json";
  private static final String MODEL = "config.json";
  private static final String DECODER = "added_tokens_decoder";
  private static final String MORE = "extra_special_tokens";

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
    for (String name : List.of(SETTINGS, OLDER_SETTINGS, GENERATION, MODEL)) {
      content(fileSystem, new Path(model, name)).ifPresent(bytes -> contents.put(name, bytes));
    }
    return new TokenizerFiles(model.toString(), contents);
  }

  /** Opens the tokenizer. The caller closes it. */
  public TextTokenizer open() {
    ObjectNode tokenizer = tokenizer();
    ObjectNode settings = settings();
    TokenizerClass kind = kind(tokenizer, settings);
    AddedTokens added = added(tokenizer, settings, kind);
    SpecialTokens special = new SpecialTokens(added, kind, settings, generation());
    new TokenizerSettings(tokenizer, settings, kind).apply();
    return NativeTokenizer.open(this, tokenizer, settings, added, special);
  }

  /** Returns the texts of the model's special tokens, by names such as {@code bos_token}. */
  public Map<String, String> specialTokens() {
    ObjectNode tokenizer = tokenizer();
    ObjectNode settings = settings();
    TokenizerClass kind = kind(tokenizer, settings);
    return new SpecialTokens(added(tokenizer, settings, kind), kind, settings, generation())
        .texts();
  }

  private ObjectNode tokenizer() {
    ObjectNode tokenizer = (ObjectNode) json(TOKENIZER).orElseThrow();
    for (JsonNode token : tokenizer.path("added_tokens")) {
      if (!token.isObject()) {
        throw broken(TOKENIZER, "added_tokens has '" + token + "', which is no token", null);
      }
    }
    return tokenizer;
  }

  private TokenizerClass kind(JsonNode tokenizer, JsonNode settings) {
    return TokenizerClass.of(settings, json(MODEL).orElse(MissingNode.getInstance()), tokenizer);
  }

  private AddedTokens added(JsonNode tokenizer, JsonNode settings, TokenizerClass kind) {
    SortedMap<Integer, JsonNode> decoder = new TreeMap<>();
    for (Map.Entry<String, JsonNode> entry : settings.path(DECODER).properties()) {
      try {
        decoder.put(Integer.valueOf(entry.getKey()), entry.getValue());
      } catch (NumberFormatException e) {
        throw broken(
            SETTINGS, DECODER + " has the key '" + entry.getKey() + "', which is no token id", e);
      }
    }
    return new AddedTokens(tokenizer, decoder, kind != TokenizerClass.GENERIC);
  }

  /**
   * Returns the settings of the tokenizer: tokenizer_config.json and, where that does not list the
   * added tokens, the older special_tokens_map.json, which then has precedence. Empty without them.
   */
  private ObjectNode settings() {
    ObjectNode settings =
        json(SETTINGS).map(ObjectNode.class::cast).orElseGet(JsonNodeFactory.instance::objectNode);
    if (!settings.has(DECODER)) {
      json(OLDER_SETTINGS).ifPresent(map -> map.properties().forEach(e -> merge(settings, e)));
    }
    return settings;
  }

  private static void merge(ObjectNode settings, Map.Entry<String, JsonNode> token) {
    JsonNode value = token.getValue();
    if (token.getKey().equals(MORE)
        && value instanceof ArrayNode more
        && settings.get(MORE) instanceof ArrayNode list) {
      list.addAll(more);
    } else {
      if (value instanceof ObjectNode flags && !token.getKey().equals(MORE)) {
        flags.put("special", true);
      }
      settings.set(token.getKey(), value);
    }
  }

  /** Returns the file that says how the model generates: config.json only if it has no other. */
  private JsonNode generation() {
    return json(GENERATION).or(() -> json(MODEL)).orElse(MissingNode.getInstance());
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
