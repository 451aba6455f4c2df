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
 * A unit as it is stored: its content as JSON text, and a digest by which a reader tells whether
 * anything of it has changed.
 *
 * <p>The digest is the SHA-256 of the key, a line feed, the kind, a line feed and the content. A
 * loose file is one line of JSON, {@code {"sha256":…,"key":…,"kind":…,"content":…}} in exactly this
 * form, so that the digest and the form leave no byte unchecked.
 */
record UnitText(UnitKey key, String kind, String content) {
  private static final String DIGEST = "{\"sha256\":\"";
  private static final String KEY = "\",\"key\":\"";
  private static final String KIND = "\",\"kind\":\"";
  private static final String CONTENT = "\",\"content\":";
  private static final String END = "}\n";

  /** A unit may hold text of any length. */
  private static final ObjectMapper MAPPER =
      new ObjectMapper(
          JsonFactory.builder()
              .streamReadConstraints(
                  StreamReadConstraints.builder().maxStringLength(Integer.MAX_VALUE).build())
              .build());

  /**
   * The text of a unit.
   *
   * @throws IllegalArgumentException if it holds a number that is not finite, which JSON can't say,
   *     or text that is no Unicode
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
   * The unit in a loose file.
   *
   * @throws DamagedException if it is not, to the byte, a file as {@link #file} makes it
   */
  static UnitText parse(UnitKey expected, byte[] file) throws DamagedException {
    String text = new String(file, StandardCharsets.UTF_8);
    Cut cut = new Cut(text);
    cut.skip(DIGEST);
    String digest = cut.take(UnitKey.DIGITS);
    cut.skip(KEY);
    String key = cut.take(UnitKey.DIGITS);
    cut.skip(KIND);
    String kind = cut.until('"');
    cut.skip(CONTENT);
    String content = cut.allBut(END);
    UnitText unit = checked(key, kind, content, digest);
    if (!unit.key.equals(expected)) {
      throw new DamagedException("holds the unit " + key);
    }
    // Different bytes that are not UTF-8 become one character, so the digest can't tell them apart.
    if (!Arrays.equals(unit.file(), file)) {
      throw new DamagedException("holds other bytes than were written");
    }
    return unit;
  }

  /**
   * A unit of a pack.
   *
   * @throws DamagedException if {@code digest} is that of something else
   */
  static UnitText checked(String key, String kind, String content, String digest)
      throws DamagedException {
    if (!UnitKey.isKey(key) || !Unit.isKind(kind)) {
      throw new DamagedException("names no unit");
    }
    UnitText unit = new UnitText(new UnitKey(key), kind, content);
    if (!unit.digest().equals(digest)) {
      throw new DamagedException("holds something else than was written");
    }
    return unit;
  }

  /** The content of a loose file. */
  byte[] file() {
    return (DIGEST + digest() + KEY + key + KIND + kind + CONTENT + content + END)
        .getBytes(StandardCharsets.UTF_8);
  }

  /** The SHA-256 of key, kind and content, as described above. */
  String digest() {
    return Sha256.hex(
        (key + "\n" + kind + "\n").getBytes(StandardCharsets.UTF_8),
        content.getBytes(StandardCharsets.UTF_8));
  }

  /** The content as JSON. */
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
          where + " is " + node.doubleValue() + ", which JSON can't say; leave it out or name it");
    }
    if (node.isObject()) {
      for (Map.Entry<String, JsonNode> field : node.properties()) {
        requireFinite(field.getValue(), where + "." + field.getKey());
      }
    } else if (node.isArray()) {
      int index = 0;
      for (Iterator<JsonNode> elements = node.elements(); elements.hasNext(); index++) {
        JsonNode element = elements.next();
        if (element.isContainerNode() || element.isFloatingPointNumber()) {
          requireFinite(element, where + "[" + index + "]");
        }
      }
    }
  }

  /** Goes through a text. */
  private static final class Cut {
    private final String text;
    private int at;

    Cut(String text) {
      this.text = text;
    }

    void skip(String expected) throws DamagedException {
      if (!text.startsWith(expected, at)) {
        throw new DamagedException("is no unit, or only a part of one");
      }
      at += expected.length();
    }

    String take(int length) throws DamagedException {
      return to(at + length);
    }

    String until(char end) throws DamagedException {
      return to(text.indexOf(end, at));
    }

    String allBut(String end) throws DamagedException {
      String taken = to(text.length() - end.length());
      skip(end);
      return taken;
    }

    private String to(int end) throws DamagedException {
      if (end < at || end > text.length()) {
        throw new DamagedException("is only a part of a unit");
      }
      String taken = text.substring(at, end);
      at = end;
      return taken;
    }
  }
}
