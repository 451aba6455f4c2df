package io.github.trawl.evaluation.task;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.core.io.JsonEOFException;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.trawl.ErrorCategory;
import io.github.trawl.TrawlException;
import java.io.IOException;
import java.io.Reader;
import java.nio.charset.CharacterCodingException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/**
 * Reads the rows of a task from a file: JSON objects one after the other (JSONL), a JSON array of
 * objects, or a JSON object with a field that is such an array. A file of more than 2³⁰ characters
 * is refused, so that a small compressed one can't fill the memory.
 */
final class DataFile {
  private static final TypeReference<LinkedHashMap<String, Object>> ROW = new TypeReference<>() {};

  private static final ObjectMapper MAPPER =
      new ObjectMapper(
              JsonFactory.builder()
                  .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                  // Python's json reads and writes NaN, Infinity and -Infinity.
                  .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
                  .streamReadConstraints(
                      StreamReadConstraints.builder()
                          .maxNestingDepth(64)
                          .maxDocumentLength(1L << 30)
                          .build())
                  .build())
          .enable(DeserializationFeature.USE_LONG_FOR_INTS);

  private final String where;
  private final List<Map<String, Object>> rows = new ArrayList<>();

  /** The line in which the value that is being read begins; 0 between values. */
  private int startLine;

  private DataFile(String where) {
    this.where = where;
  }

  /**
   * Returns the rows in the file's order.
   *
   * @param field the field of a JSON object whose array is the rows; empty if the file itself lists
   *     the rows
   * @throws TrawlException if the file can't be read or does not have this form
   */
  static List<Map<String, Object>> read(Path path, Optional<String> field, Configuration hadoop) {
    DataFile file = new DataFile(path.toString());
    TextFile text = new TextFile(path, hadoop);
    try (Reader reader = text.open()) {
      return file.rows(reader, field);
    } catch (CharacterCodingException e) {
      throw file.broken("is not UTF-8", e);
    } catch (IOException e) {
      throw text.unreadable(e);
    }
  }

  private List<Map<String, Object>> rows(Reader reader, Optional<String> field) throws IOException {
    try (JsonParser parser = MAPPER.createParser(reader)) {
      for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
        value(parser, token, field);
        startLine = 0;
      }
    } catch (JsonEOFException e) {
      throw broken("is cut off: what begins in line " + startLine + " has no end", e);
    } catch (StreamConstraintsException e) {
      throw broken("is too large or too deep (" + e.getOriginalMessage() + ")", e);
    } catch (JsonProcessingException e) {
      int line = e.getLocation() == null ? 0 : e.getLocation().getLineNr();
      String row =
          startLine > 0 && line > startLine
              ? "; it belongs to what begins in line " + startLine
              : "";
      throw broken("line " + line + " is not valid JSON (" + e.getOriginalMessage() + row + ")", e);
    }
    if (rows.isEmpty()) {
      throw broken("has no rows", null);
    }
    return rows;
  }

  private void value(JsonParser parser, JsonToken token, Optional<String> field)
      throws IOException {
    startLine = parser.currentTokenLocation().getLineNr();
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
      int array = startLine;
      while (parser.nextToken() != JsonToken.END_ARRAY) {
        if (parser.currentToken() != JsonToken.START_OBJECT) {
          throw noObject();
        }
        startLine = parser.currentTokenLocation().getLineNr();
        rows.add(MAPPER.readValue(parser, ROW));
        startLine = array;
      }
    } else {
      throw noObject();
    }
  }

  @SuppressWarnings("unchecked") // Keys of a JSON object are texts.
  private void element(Object element) {
    if (!(element instanceof Map<?, ?> map)) {
      throw noObject();
    }
    rows.add((Map<String, Object>) map);
  }

  private TrawlException noObject() {
    return broken("row " + rows.size() + " (counted from 0) is not a JSON object", null);
  }

  private TrawlException broken(String what, Exception cause) {
    return new TrawlException(
        ErrorCategory.BAD_INPUT,
        where + ": " + what + "; rows are JSON objects, one a line or in one array",
        cause);
  }
}
