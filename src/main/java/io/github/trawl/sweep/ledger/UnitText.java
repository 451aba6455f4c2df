package io.github.trawl.sweep.ledger;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Iterator;
import java.util.Map;

/**
 * A unit as it is stored: its content as JSON text, and a digest by which a reader detects any
 * change.
 *
 * <p>The digest is the SHA-256 of the key, a line feed, the kind, a line feed and the content. A
 * loose file is one line of JSON, {@code {"sha256":…,"key":…,"kind":…,"content":…}} in exactly this
 * form, so that digest and form together check every byte.
 */
record UnitText(UnitKey key, String kind, String content) {
  private static final String DIGEST = "{\"sha256\":\"";
  private static final String KEY = "\",\"key\":\"";
  private static final String KIND = "\",\"kind\":\"";
  private static final String CONTENT = "\",\"content\":";
  private static final String END = "}\n";

  /** Has no limit on the length of a string, which Jackson limits by default. */
  private static final ObjectMapper MAPPER =
      new ObjectMapper(
          JsonFactory.builder()
              .streamReadConstraints(
                  StreamReadConstraints.builder().maxStringLength(Integer.MAX_VALUE).build())
              .build());

  /**
   * Returns the text of a unit.
   *
   * @throws IllegalArgumentException if it holds a number that is not finite, which JSON can't
   *     represent, or text with unpaired surrogates
   */
  static UnitText of(Unit unit) {
    requireFinite(unit.content(), "content");
    try {
      byte[] json = MAPPER.writeValueAsBytes(unit.content());
      return new UnitText(unit.key(), unit.kind(), new String(json, StandardCharsets.UTF_8));
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(
          "unit " + unit.key() + " can't be written as JSON: " + e.getOriginalMessage(), e);
    }
  }

  /**
   * Parses a loose file.
   *
   * @param expected key that the file's name has
   * @throws DamagedFileException if it is not, to the byte, what {@link #toBytes} returns for a
   *     unit of that key
   */
  static UnitText parse(UnitKey expected, byte[] file) throws DamagedFileException {
    String text = new String(file, StandardCharsets.UTF_8);
    TextCursor cursor = new TextCursor(text);
    cursor.skip(DIGEST);
    String digest = cursor.take(UnitKey.DIGITS);
    cursor.skip(KEY);
    String key = cursor.take(UnitKey.DIGITS);
    cursor.skip(KIND);
    String kind = cursor.until('"');
    cursor.skip(CONTENT);
    String content = cursor.allBut(END);
    UnitText unit = checked(key, kind, content, digest);
    if (!unit.key.equals(expected)) {
      throw new DamagedFileException(
          "holds unit " + key + ", but its name is that of another unit");
    }
    // Bytes that are not UTF-8 are all decoded to the same character, which hides changes of them.
    if (!Arrays.equals(unit.toBytes(), file)) {
      throw new DamagedFileException("holds other bytes than were written");
    }
    return unit;
  }

  /**
   * Returns the unit of these parts.
   *
   * @throws DamagedFileException if key or kind are not well-formed, or {@code digest} is not that
   *     of the other parts
   */
  static UnitText checked(String key, String kind, String content, String digest)
      throws DamagedFileException {
    if (!UnitKey.isKey(key) || !Unit.isKind(kind)) {
      throw new DamagedFileException("has an invalid key or kind of unit");
    }
    UnitText unit = new UnitText(new UnitKey(key), kind, content);
    if (!unit.digest().equals(digest)) {
      throw new DamagedFileException("does not match its digest");
    }
    return unit;
  }

  /** Returns the bytes of a loose file with this unit. */
  byte[] toBytes() {
    return (DIGEST + digest() + KEY + key + KIND + kind + CONTENT + content + END)
        .getBytes(StandardCharsets.UTF_8);
  }

  /** Returns the SHA-256 of key, kind and content, as the class comment describes it. */
  String digest() {
    return Sha256.hex(
        (key + "\n" + kind + "\n").getBytes(StandardCharsets.UTF_8),
        content.getBytes(StandardCharsets.UTF_8));
  }

  /** Returns the content, parsed. */
  ObjectNode json() {
    try {
      return (ObjectNode) MAPPER.readTree(content);
    } catch (JsonProcessingException | ClassCastException e) {
      throw new IllegalStateException("unit " + key + " was written as no JSON object", e);
    }
  }

  Unit unit() {
    return new Unit(key, kind, json());
  }

  private static void requireFinite(JsonNode node, String where) {
    if (node.isFloatingPointNumber() && !Double.isFinite(node.doubleValue())) {
      throw new IllegalArgumentException(
          where + " is " + node.doubleValue() + ", which JSON can't represent; leave it out");
    }
    if (node.isObject()) {
      for (Map.Entry<String, JsonNode> field : node.properties()) {
        requireFinite(field.getValue(), where + "." + field.getKey());
      }
    } else if (node.isArray()) {
      int index = 0;
      for (Iterator<JsonNode> elements = node.elements(); elements.hasNext(); index++) {
        JsonNode element = elements.next();
        // Other elements can't be infinite; building a path for each would slow long arrays down.
        if (element.isContainerNode() || element.isFloatingPointNumber()) {
          requireFinite(element, where + "[" + index + "]");
        }
      }
    }
  }

  /** Splits a text into its parts, from its beginning to its end. */
  private static final class TextCursor {
    private final String text;
    private int position;

    TextCursor(String text) {
      this.text = text;
    }

    void skip(String expected) throws DamagedFileException {
      if (!text.startsWith(expected, position)) {
        throw new DamagedFileException("is no unit, or only a part of one");
      }
      position += expected.length();
    }

    String take(int length) throws DamagedFileException {
      return to(position + length);
    }

    String until(char end) throws DamagedFileException {
      return to(text.indexOf(end, position));
    }

    String allBut(String end) throws DamagedFileException {
      String taken = to(text.length() - end.length());
      skip(end);
      return taken;
    }

    private String to(int end) throws DamagedFileException {
      if (end < position || end > text.length()) {
        throw new DamagedFileException("is only a part of a unit");
      }
      String taken = text.substring(position, end);
      position = end;
      return taken;
    }
  }
}
