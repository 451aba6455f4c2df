package io.github.trawl.evaluation.template;

import com.fasterxml.jackson.core.io.NumberOutput;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Operations on texts with Python's results, most of which depend on Python's definition of white
 * space. Java's definitions differ from it: {@code String.strip} keeps U+00A0 and U+0085, and
 * regular expressions with {@code UNICODE_CHARACTER_CLASS} don't match U+001C to U+001F.
 */
public final class PythonText {
  /** The characters of white space, for the inside of brackets in a regular expression. */
  static final String SPACE =
      "\\u0009-\\u000D\\u001C-\\u0020\\u0085\\u00A0\\u1680\\u2000-\\u200A\\u2028\\u2029\\u202F"
          + "\\u205F\\u3000";

  /** The characters that {@link #quoted} writes as a backslash and a letter of {@link #LETTERS}. */
  private static final String ESCAPED = "\\\n\r\t";

  /** The letter for the character of {@link #ESCAPED} at the same index. */
  private static final String LETTERS = "\\nrt";

  private PythonText() {}

  /**
   * Returns whether {@code c} is white space for {@code str.isspace} and {@code \s}. No character
   * of white space needs a surrogate pair, so a {@code char} may be given, too.
   */
  public static boolean isSpace(int c) {
    return (c >= 0x09 && c <= 0x0D)
        || (c >= 0x1C && c <= 0x20)
        || c == 0x85
        || c == 0xA0
        || c == 0x1680
        || (c >= 0x2000 && c <= 0x200A)
        || c == 0x2028
        || c == 0x2029
        || c == 0x202F
        || c == 0x205F
        || c == 0x3000;
  }

  /** Returns a number as Python's {@code repr} of a float writes it. */
  public static String number(double value) {
    if (Double.isNaN(value)) {
      return "nan";
    }
    if (Double.isInfinite(value)) {
      return value > 0 ? "inf" : "-inf";
    }
    if (value == 0) {
      return 1 / value > 0 ? "0.0" : "-0.0";
    }
    // Jackson gives the shortest digits that read back to the value, as Double.toString does from
    // JDK 19 on. Both give at least two digits: 4.9E-324, where Python writes 5e-324.
    BigDecimal digits = new BigDecimal(NumberOutput.toString(value, true)).stripTrailingZeros();
    BigDecimal one = digits.round(new MathContext(1));
    digits = one.doubleValue() == value ? one : digits;
    int exponent = digits.precision() - digits.scale() - 1;
    if (exponent >= -4 && exponent < 16) {
      String plain = digits.toPlainString();
      return plain.indexOf('.') < 0 ? plain + ".0" : plain;
    }
    String mantissa = digits.movePointLeft(exponent).stripTrailingZeros().toPlainString();
    return String.format(
        Locale.ROOT, "%se%s%02d", mantissa, exponent < 0 ? "-" : "+", Math.abs(exponent));
  }

  /** Returns a text in quotes, as Python's {@code repr} of a string writes it. */
  public static String quoted(String text) {
    char quote = text.indexOf('\'') >= 0 && text.indexOf('"') < 0 ? '"' : '\'';
    StringBuilder quoted = new StringBuilder().append(quote);
    text.codePoints()
        .forEach(
            c -> {
              if (c == quote) {
                quoted.append('\\').append(quote);
              } else if (ESCAPED.indexOf(c) >= 0) {
                quoted.append('\\').append(LETTERS.charAt(ESCAPED.indexOf(c)));
              } else if (isPrinted(c)) {
                quoted.appendCodePoint(c);
              } else {
                quoted.append(
                    c < 0x100
                        ? "\\x%02x".formatted(c)
                        : (c < 0x10000 ? "\\u%04x" : "\\U%08x").formatted(c));
              }
            });
    return quoted.append(quote).toString();
  }

  private static boolean isPrinted(int c) {
    return switch (Character.getType(c)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.SURROGATE,
          Character.PRIVATE_USE,
          Character.UNASSIGNED,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR ->
          false;
      case Character.SPACE_SEPARATOR -> c == ' ';
      default -> true;
    };
  }

  /** Returns whether a text is empty or only white space. */
  public static boolean isBlank(String text) {
    return text.chars().allMatch(PythonText::isSpace);
  }

  /** Strips white space at both ends, as {@code str.strip} does. */
  public static String strip(String text) {
    return rstrip(lstrip(text));
  }

  /** Strips white space at the beginning, as {@code str.lstrip} does. */
  public static String lstrip(String text) {
    int start = 0;
    while (start < text.length() && isSpace(text.charAt(start))) {
      start++;
    }
    return text.substring(start);
  }

  /** Strips white space at the end, as {@code str.rstrip} does. */
  public static String rstrip(String text) {
    int end = text.length();
    while (end > 0 && isSpace(text.charAt(end - 1))) {
      end--;
    }
    return text.substring(0, end);
  }

  /** Returns the pieces between white space, none of them empty, as {@code str.split()} does. */
  public static List<String> split(String text) {
    List<String> pieces = new ArrayList<>();
    int start = -1;
    for (int i = 0; i <= text.length(); i++) {
      boolean inside = i < text.length() && !isSpace(text.charAt(i));
      if (inside && start < 0) {
        start = i;
      } else if (!inside && start >= 0) {
        pieces.add(text.substring(start, i));
        start = -1;
      }
    }
    return pieces;
  }

  /**
   * Returns the number of pieces of {@code re.split(r"\s+", text)}, which counts an empty piece
   * where the text begins or ends with white space.
   */
  public static int wordCount(String text) {
    int gaps = 0;
    for (int i = 0; i < text.length(); i++) {
      if (isSpace(text.charAt(i)) && (i == 0 || !isSpace(text.charAt(i - 1)))) {
        gaps++;
      }
    }
    return gaps + 1;
  }

  /**
   * Returns a text in JSON, with its quotes, as {@code json.dumps} writes it.
   *
   * @param ascii whether characters beyond ASCII are escaped
   */
  public static String json(String text, boolean ascii) {
    StringBuilder json = new StringBuilder("\"");
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '"' -> json.append("\\\"");
        case '\\' -> json.append("\\\\");
        case '\n' -> json.append("\\n");
        case '\r' -> json.append("\\r");
        case '\t' -> json.append("\\t");
        case '\f' -> json.append("\\f");
        case '\b' -> json.append("\\b");
        default -> {
          if (c < ' ' || (ascii && c > '~')) {
            json.append("\\u%04x".formatted((int) c));
          } else {
            json.append(c);
          }
        }
      }
    }
    return json.append('"').toString();
  }
}
