package io.github.trawl.checkpoint;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * Reads JSON that may come from anyone: with bounds on size and nesting, in strict UTF-8 and
 * without duplicate keys.
 */
public final class Json {
  private static final int MAX_NESTING_DEPTH = 64;

  /** The most characters of a name or a string; Jackson's default for strings. */
  private static final int LONGEST_STRING = 20_000_000;

  /** Does not intern names: a header may hold a hundred thousand that occur only once. */
  private static final JsonFactory FACTORY =
      JsonFactory.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
          .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(MAX_NESTING_DEPTH)
                  .maxNameLength(LONGEST_STRING)
                  .maxStringLength(LONGEST_STRING)
                  .build())
          .build();

  /** Takes the bare words NaN and Infinity as numbers, as Python writes them. */
  private static final ObjectMapper MAPPER =
      new ObjectMapper(FACTORY.rebuild().enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS).build());

  private Json() {}

  /** Returns a parser of {@code bytes} that fails on malformed UTF-8. */
  static JsonParser parser(InputStream bytes) throws IOException {
    return FACTORY.createParser(reader(bytes));
  }

  /**
   * Returns the JSON object in a small file.
   *
   * @throws io.github.trawl.TrawlException if the file is missing, larger than {@code limit} bytes
   *     or no JSON object
   */
  public static JsonNode readObject(FileSystem fileSystem, Path file, long limit) {
    String where = Problems.show(file);
    try {
      long length = fileSystem.getFileStatus(file).getLen();
      if (length > limit) {
        throw Problems.badInput(
            where,
            length + " bytes, expected at most " + limit + "; check that it is the right file");
      }
      try (InputStream stream = fileSystem.open(file)) {
        return object(where, new LimitedStream(stream, length));
      }
    } catch (IOException e) {
      throw Problems.reading(file, "cannot read", e);
    }
  }

  /**
   * Returns the JSON object that {@code bytes} hold.
   *
   * @param where the name of the file in messages
   * @throws io.github.trawl.TrawlException if they are no JSON object
   */
  public static JsonNode readObject(String where, byte[] bytes) {
    try {
      return object(where, new ByteArrayInputStream(bytes));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static JsonNode object(String where, InputStream bytes) throws IOException {
    JsonNode node;
    try (JsonParser parser = MAPPER.createParser(reader(bytes))) {
      node = MAPPER.readTree(parser);
      if (parser.nextToken() != null) {
        throw Problems.badInput(where, "goes on after the JSON object; restore the file");
      }
    } catch (com.fasterxml.jackson.core.JacksonException
        | java.nio.charset.CharacterCodingException e) {
      throw Problems.badInput(
          where, "is not valid JSON (" + Problems.oneLine(e) + "); restore the file", e);
    }
    if (node == null || !node.isObject()) {
      throw Problems.badInput(
          where, "expected a JSON object, found " + describe(node) + "; restore the file");
    }
    return node;
  }

  private static String describe(JsonNode node) {
    return node == null || node.isMissingNode()
        ? "an empty file"
        : "JSON of type " + node.getNodeType().name().toLowerCase(java.util.Locale.ROOT);
  }

  private static InputStreamReader reader(InputStream bytes) {
    return new InputStreamReader(
        bytes,
        StandardCharsets.UTF_8
            .newDecoder()
            .onMalformedInput(CodingErrorAction.REPORT)
            .onUnmappableCharacter(CodingErrorAction.REPORT));
  }
}
