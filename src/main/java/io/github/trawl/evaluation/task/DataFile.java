package io.github.trawl.evaluation.task;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.trawl.ErrorCategory;
import io.github.trawl.TrawlException;
import io.github.trawl.checkpoint.Storage;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/**
 * Rows of a task: a file of JSON objects one after the other (JSONL), a JSON array of objects, or a
 * JSON object of which one field is such an array.
 */
final class DataFile {
  private static final TypeReference<LinkedHashMap<String, Object>> ROW = new TypeReference<>() {};

  private static final ObjectMapper MAPPER =
      new ObjectMapper(
              JsonFactory.builder()
                  .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                  .streamReadConstraints(
                      StreamReadConstraints.builder().maxNestingDepth(64).build())
                  .build())
          .enable(DeserializationFeature.USE_LONG_FOR_INTS);

  private final String where;
  private final List<Map<String, Object>> rows = new ArrayList<>();

  private DataFile(String where) {
    this.where = where;
  }

  /**
   * The rows in the file's order.
   *
   * @param field of the JSON object that holds the rows; absent if the file is just rows
   * @throws TrawlException if the file can't be read or is no such file
   */
  static List<Map<String, Object>> read(Path path, Optional<String> field, Configuration hadoop) {
    DataFile file = new DataFile(path.toString());
    try (InputStream stream = Storage.open(path, hadoop).open(path)) {
      return file.rows(stream, field);
    } catch (FileNotFoundException e) {
      throw new TrawlException(
          ErrorCategory.BAD_INPUT, path + ": no such file; check the path of the data", e);
    } catch (IOException e) {
      throw new TrawlException(
          ErrorCategory.SYSTEM, path + ": can't be read (" + e.getMessage() + "); try again", e);
    }
  }

  private List<Map<String, Object>> rows(InputStream stream, Optional<String> field)
      throws IOException {
    InputStreamReader reader =
        new InputStreamReader(
            stream,
            StandardCharsets.UTF_8
                .newDecoder()
                .onMalformedInput(CodingErrorAction.REPORT)
                .onUnmappableCharacter(CodingErrorAction.REPORT));
    try (JsonParser parser = MAPPER.createParser(reader)) {
      for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
        value(parser, token, field);
      }
    } catch (JsonProcessingException e) {
      int line = e.getLocation() == null ? 0 : e.getLocation().getLineNr();
      throw broken("line " + line + " is not valid JSON (" + e.getOriginalMessage() + ")", e);
    } catch (CharacterCodingException e) {
      throw broken("is not UTF-8", e);
    }
    if (rows.isEmpty()) {
      throw broken("has no rows", null);
    }
    return rows;
  }

  private void value(JsonParser parser, JsonToken token, Optional<String> field)
      throws IOException {
    if (token == JsonToken.START_OBJECT) {
      Map<String, Object> object = MAPPER.readValue(parser, ROW);
      if (field.isEmpty()) {
        rows.add(object);
      } else if (object.get(field.get()) instanceof List<?> list) {
        list.forEach(this::element);
      } else {
        throw broken("has no array '" + field.get() + "'", null);
      }
    } else if (token == JsonToken.START_ARRAY) {
      while (parser.nextToken() != JsonToken.END_ARRAY) {
        if (parser.currentToken() != JsonToken.START_OBJECT) {
          throw broken("row " + rows.size() + " is no JSON object", null);
        }
        rows.add(MAPPER.readValue(parser, ROW));
      }
    } else {
      throw broken("row " + rows.size() + " is no JSON object", null);
    }
  }

  @SuppressWarnings("unchecked") // Keys of a JSON object are texts.
  private void element(Object element) {
    if (!(element instanceof Map<?, ?> map)) {
      throw broken("row " + rows.size() + " is no JSON object", null);
    }
    rows.add((Map<String, Object>) map);
  }

  private TrawlException broken(String what, Exception cause) {
    return new TrawlException(
        ErrorCategory.BAD_INPUT,
        where + ": " + what + "; rows are JSON objects, one a line or in one array",
        cause);
  }
}
