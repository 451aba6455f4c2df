package io.github.trawl.sweep.ledger;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * The key of a unit of work: the SHA-256 of its kind and of the named values that decide its
 * result.
 *
 * <p>The values are hashed in the order of their names, and each name and value with its type and
 * its length, so that different values never give the same bytes: {@code 3}, {@code 3.0} and {@code
 * "3"} are different values.
 *
 * @param hex 64 lower-case hexadecimal digits
 */
public record UnitKey(String hex) implements Comparable<UnitKey> {
  static final int DIGITS = 64;
  private static final Pattern HEX = Pattern.compile("[0-9a-f]{" + DIGITS + "}");

  /**
   * Checks the form of a key.
   *
   * @throws IllegalArgumentException if it is not a SHA-256 in lower-case hexadecimal digits
   */
  public UnitKey {
    if (!isKey(hex)) {
      throw new IllegalArgumentException("not a key: '" + hex + "'");
    }
  }

  /** Begins a key of a unit of {@code kind}. */
  public static Builder builder(String kind) {
    return new Builder(kind);
  }

  static boolean isKey(String text) {
    return HEX.matcher(text).matches();
  }

  @Override
  public int compareTo(UnitKey other) {
    return hex.compareTo(other.hex);
  }

  @Override
  public String toString() {
    return hex;
  }

  /** Collects named values. A name that was added before is refused as an illegal argument. */
  public static final class Builder {
    private final String kind;
    private final Map<String, byte[]> values = new TreeMap<>();

    private Builder(String kind) {
      this.kind = Unit.requireKind(kind);
    }

    /** Adds text. */
    public Builder with(String name, String value) {
      return add(name, value);
    }

    /** Adds a whole number. */
    public Builder with(String name, long value) {
      return add(name, value);
    }

    /** Adds a floating-point number; 0.0 and -0.0 give different keys. */
    public Builder with(String name, double value) {
      return add(name, value);
    }

    /** Adds a truth value. */
    public Builder with(String name, boolean value) {
      return add(name, value);
    }

    /**
     * Adds a list, whose order counts.
     *
     * @param values strings, integers, longs, doubles, booleans, and lists of them
     */
    public Builder with(String name, List<?> values) {
      return add(name, values);
    }

    /** Returns the key of the kind and of all values that were added. */
    public UnitKey build() {
      return new UnitKey(Sha256.hex(bytes()));
    }

    /** Returns the bytes that are hashed. */
    byte[] bytes() {
      try {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(bytes);
        writeValue(out, kind);
        out.writeInt(values.size());
        for (Map.Entry<String, byte[]> entry : values.entrySet()) {
          writeValue(out, entry.getKey());
          out.write(entry.getValue());
        }
        return bytes.toByteArray();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    private Builder add(String name, Object value) {
      try {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        writeValue(new DataOutputStream(bytes), value);
        if (values.putIfAbsent(name, bytes.toByteArray()) != null) {
          throw new IllegalArgumentException(name + " is there already");
        }
        return this;
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    private static void writeValue(DataOutputStream out, Object value) throws IOException {
      if (value instanceof String text) {
        byte[] utf8 = utf8(text);
        out.writeByte('s');
        out.writeInt(utf8.length);
        out.write(utf8);
      } else if (value instanceof Long || value instanceof Integer) {
        out.writeByte('i');
        out.writeLong(((Number) value).longValue());
      } else if (value instanceof Double number) {
        out.writeByte('d');
        out.writeDouble(number);
      } else if (value instanceof Boolean truth) {
        out.writeByte('b');
        out.writeBoolean(truth);
      } else if (value instanceof List<?> list) {
        out.writeByte('l');
        out.writeInt(list.size());
        for (Object element : list) {
          writeValue(out, element);
        }
      } else {
        throw new IllegalArgumentException("no value of a key: " + value);
      }
    }

    /**
     * Encodes text, but refuses unpaired surrogates: Java would turn each into a question mark, and
     * different texts would have one key.
     */
    private static byte[] utf8(String text) {
      try {
        ByteBuffer encoded =
            StandardCharsets.UTF_8
                .newEncoder()
                .onMalformedInput(CodingErrorAction.REPORT)
                .encode(CharBuffer.wrap(text));
        byte[] bytes = new byte[encoded.remaining()];
        encoded.get(bytes);
        return bytes;
      } catch (CharacterCodingException e) {
        throw new IllegalArgumentException("text that is no Unicode: '" + text + "'", e);
      }
    }
  }
}
