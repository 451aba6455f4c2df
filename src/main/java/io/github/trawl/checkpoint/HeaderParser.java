package io.github.trawl.checkpoint;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.github.trawl.TrawlException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Parses the JSON of a safetensors header as a stream. */
final class HeaderParser {
  private static final String REMEDY = "; get the file again";

  private final String file;
  private final String where;
  private final long dataOffset;
  private final Map<String, String> metadata = new LinkedHashMap<>();
  private final List<TensorInfo> tensors = new ArrayList<>();

  /**
   * @param file the plain name of the shard
   * @param where the name of the shard in messages
   * @param dataOffset the position of the first byte after the header
   */
  HeaderParser(String file, String where, long dataOffset) {
    this.file = file;
    this.where = where;
    this.dataOffset = dataOffset;
  }

  ShardHeader parse(InputStream bytes) throws IOException {
    try (JsonParser json = Json.parser(bytes)) {
      if (json.nextToken() != JsonToken.START_OBJECT) {
        throw bad("the header is not a JSON object");
      }
      while (json.nextToken() != JsonToken.END_OBJECT) {
        String name = checkedText(json.currentName(), "a name");
        json.nextToken();
        if (name.equals(ShardHeader.METADATA)) {
          parseMetadata(json);
        } else {
          parseTensor(name, json);
        }
      }
      if (json.nextToken() != null) {
        throw bad("the header goes on after its JSON object");
      }
    } catch (CharacterCodingException e) {
      throw Problems.badInput(where, "the header is not UTF-8" + REMEDY, e);
    } catch (JacksonException e) {
      throw Problems.badInput(
          where, "the header is not valid JSON (" + Problems.oneLine(e) + ")" + REMEDY, e);
    }
    return new ShardHeader(metadata, tensors, dataOffset);
  }

  private void parseMetadata(JsonParser json) throws IOException {
    if (json.currentToken() != JsonToken.START_OBJECT) {
      throw bad("__metadata__ is not a JSON object");
    }
    while (json.nextToken() != JsonToken.END_OBJECT) {
      String key = checkedText(json.currentName(), "a key of __metadata__");
      if (json.nextToken() != JsonToken.VALUE_STRING) {
        throw bad("__metadata__ key " + Problems.quote(key) + " does not hold a string");
      }
      metadata.put(key, checkedText(json.getText(), "a value of __metadata__"));
    }
  }

  private void parseTensor(String name, JsonParser json) throws IOException {
    if (json.currentToken() != JsonToken.START_OBJECT) {
      throw bad(name, "is not described by a JSON object");
    }
    DType dtype = null;
    List<Long> shape = null;
    List<Long> offsets = null;
    while (json.nextToken() != JsonToken.END_OBJECT) {
      String key = json.currentName();
      json.nextToken();
      switch (key) {
        case "dtype" -> dtype = parseDType(name, json);
        case "shape" -> shape = parseNumbers(name, key, json);
        case "data_offsets" -> offsets = parseNumbers(name, key, json);
        default -> json.skipChildren();
      }
    }
    if (dtype == null || shape == null || offsets == null) {
      String missing = dtype == null ? "dtype" : shape == null ? "shape" : "data_offsets";
      throw bad(name, "has no " + missing);
    }
    tensors.add(tensor(name, dtype, shape, offsets));
  }

  private TensorInfo tensor(String name, DType dtype, List<Long> shape, List<Long> offsets) {
    if (offsets.size() != 2) {
      throw bad(name, "has " + offsets.size() + " data_offsets, expected 2");
    }
    long begin = offsets.get(0);
    long end = offsets.get(1);
    if (begin > end) {
      throw bad(name, "has reversed data_offsets " + offsets);
    }
    long expected;
    try {
      expected = TensorSizes.bytes(shape, dtype);
    } catch (ArithmeticException e) {
      throw Problems.badInput(
          where, "tensor " + Problems.quote(name) + ": " + e.getMessage() + REMEDY, e);
    }
    if (end - begin != expected) {
      throw bad(
          name,
          "holds "
              + (end - begin)
              + " bytes, shape "
              + shape
              + " of "
              + dtype
              + " needs "
              + expected);
    }
    if (end > Long.MAX_VALUE - dataOffset) {
      throw bad(name, "has data_offsets " + offsets + " past any file's end");
    }
    return new TensorInfo(name, dtype, shape, file, dataOffset + begin, expected);
  }

  private DType parseDType(String tensor, JsonParser json) throws IOException {
    if (json.currentToken() != JsonToken.VALUE_STRING) {
      throw bad(tensor, "has a dtype that is not a string");
    }
    String name = json.getText();
    try {
      return DType.valueOf(name);
    } catch (IllegalArgumentException e) {
      throw Problems.badInput(
          where,
          "tensor "
              + Problems.quote(tensor)
              + " has the unknown dtype "
              + Problems.quote(name)
              + "; convert it to one of "
              + List.of(DType.values()),
          e);
    }
  }

  private List<Long> parseNumbers(String tensor, String key, JsonParser json) throws IOException {
    if (json.currentToken() != JsonToken.START_ARRAY) {
      throw bad(tensor, "has a " + key + " that is not an array");
    }
    List<Long> numbers = new ArrayList<>();
    while (json.nextToken() != JsonToken.END_ARRAY) {
      if (json.currentToken() != JsonToken.VALUE_NUMBER_INT) {
        throw bad(tensor, "has a " + key + " that does not hold integers alone");
      }
      if (json.getNumberType() == JsonParser.NumberType.BIG_INTEGER || json.getLongValue() < 0) {
        throw bad(
            tensor,
            "has a "
                + key
                + " that holds a negative or overflowing number "
                + Problems.quote(json.getText()));
      }
      numbers.add(json.getLongValue());
    }
    return numbers;
  }

  /** Refuses half of a surrogate pair, which JSON can escape but UTF-8 can't hold. */
  private String checkedText(String text, String what) {
    if (!StandardCharsets.UTF_8.newEncoder().canEncode(text)) {
      throw bad("the header holds " + what + " that is not Unicode: " + Problems.quote(text));
    }
    return text;
  }

  private TrawlException bad(String tensor, String what) {
    return bad("tensor " + Problems.quote(tensor) + " " + what);
  }

  private TrawlException bad(String what) {
    return Problems.badInput(where, what + REMEDY);
  }
}
