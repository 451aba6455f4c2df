package io.github.trawl.evaluation.task;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Translates a regular expression of Python into Java's notation. Classes such as {@code \w} are
 * spelled out, because the two languages define them differently; characters that are special in
 * Java only are escaped.
 *
 * <p>What is not translated is refused: conditions, comments, the flags {@code a}, {@code L},
 * {@code u} and {@code x}, octal numbers, names of characters, and operations on sets.
 */
final class RegexTranslator {
  private static final String SPACE =
      "\\t-\\r\\x1c-\\x20\\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000";
  private static final String WORD = "\\p{L}\\p{N}_";
  private static final String DIGIT = "\\p{Nd}";
  private static final String IN_WORD = "[" + WORD + "]";
  private static final String BOUNDARY =
      "(?:(?<=%1$s)(?!%1$s)|(?<!%1$s)(?=%1$s))".formatted(IN_WORD);
  private static final String NO_BOUNDARY =
      "(?:(?<=%1$s)(?=%1$s)|(?<!%1$s)(?!%1$s))".formatted(IN_WORD);

  private final String source;
  private final StringBuilder out = new StringBuilder();

  /** The names of the groups so far, in their order; an empty text for a group without a name. */
  private final List<String> groups = new ArrayList<>();

  /** The index in {@code source} of the next character to read. */
  private int at;

  private RegexTranslator(String source) {
    this.source = source;
  }

  /**
   * Translates an expression.
   *
   * @throws IllegalArgumentException if it can't be
   */
  static String translate(String source) {
    RegexTranslator translator = new RegexTranslator(source);
    while (translator.at < source.length()) {
      translator.next();
    }
    return translator.out.toString();
  }

  private void next() {
    char c = source.charAt(at++);
    switch (c) {
      case '\\' -> escape();
      case '[' -> set();
      case '(' -> group();
      case '{' -> braces();
      case '}' -> out.append("\\}");
      default -> out.append(c);
    }
  }

  private void group() {
    if (!accept("?")) {
      groups.add("");
      out.append('(');
    } else if (accept("P<")) {
      groups.add(upTo('>'));
      out.append('(');
    } else if (accept("P=")) {
      int index = groups.indexOf(upTo(')'));
      if (index < 0) {
        throw refused("names a group that it doesn't have");
      }
      out.append("(?:\\").append(index + 1).append(')');
    } else {
      for (String same : List.of(":", "=", "!", "<=", "<!", ">")) {
        if (accept(same)) {
          out.append("(?").append(same);
          return;
        }
      }
      flags();
    }
  }

  /**
   * Translates flags of a group, or of the whole expression at its beginning. To ignore case by
   * Unicode's rules, as Python does, Java needs the flag {@code u}.
   */
  private void flags() {
    boolean first = at == 2; // "(?" has been read, from the beginning of the expression.
    int start = at;
    while (at < source.length() && "ims".indexOf(source.charAt(at)) >= 0) {
      at++;
    }
    String flags = source.substring(start, at).replace("i", "iu");
    char end = at < source.length() ? source.charAt(at++) : 0;
    if (flags.isEmpty() || !(end == ':' || (end == ')' && first))) {
      throw refused("has a group (?...) that is not supported");
    }
    out.append("(?").append(flags).append(end);
  }

  /** Translates a repetition in braces; any other brace stands for itself. */
  private void braces() {
    int close = source.indexOf('}', at);
    String inside = close < 0 ? "" : source.substring(at, close);
    if (!inside.matches("[0-9]+(,[0-9]*)?|,[0-9]*")) {
      out.append("\\{");
      return;
    }
    out.append('{').append(inside.startsWith(",") ? "0" : "").append(inside).append('}');
    at = close + 1;
  }

  private void escape() {
    char c = escaped();
    switch (c) {
      case 'd' -> out.append(DIGIT);
      case 'D' -> out.append("\\P{Nd}");
      case 's' -> out.append('[').append(SPACE).append(']');
      case 'S' -> out.append("[^").append(SPACE).append(']');
      case 'w' -> out.append(IN_WORD);
      case 'W' -> out.append("[^").append(WORD).append(']');
      case 'b' -> out.append(BOUNDARY);
      case 'B' -> out.append(NO_BOUNDARY);
      case 'A' -> out.append("\\A");
      case 'Z' -> out.append("\\z");
      case '1', '2', '3', '4', '5', '6', '7', '8', '9' -> backReference(c);
      default -> character(c);
    }
  }

  /**
   * Translates a reference to a group. More digits are refused: in Python they are part of the
   * number, in Java only if there are that many groups.
   */
  private void backReference(char digit) {
    if (at < source.length() && Character.isDigit(source.charAt(at))) {
      throw refused("has a reference to a group with more than one digit");
    }
    out.append("(?:\\").append(digit).append(')');
  }

  /** Translates an escape of a single character, inside or outside of a set such as [a-z]. */
  private void character(char c) {
    switch (c) {
      case 'n', 't', 'r', 'f' -> out.append('\\').append(c);
      case 'v' -> out.append("\\x0b");
      case 'a' -> out.append("\\x07");
      case 'x' -> code(c, 2);
      case 'u' -> code(c, 4);
      case 'U' -> code(c, 8);
      default -> {
        if (c < 0x80 && Character.isLetterOrDigit(c)) {
          throw refused("has \\" + c + ", which is not supported");
        }
        literal(c);
      }
    }
  }

  private void code(char kind, int digits) {
    String code = source.substring(at, Math.min(at + digits, source.length()));
    if (!code.matches("[0-9a-fA-F]{" + digits + "}") || Long.parseLong(code, 16) > 0x10FFFF) {
      throw refused("has an escape \\" + kind + " without its " + digits + " digits");
    }
    at += digits;
    out.append("\\x{").append(code.toLowerCase(Locale.ROOT)).append('}');
  }

  private void literal(char c) {
    boolean special = c < 0x80 && !Character.isLetterOrDigit(c) && c != '_' && c > ' ';
    out.append(special ? "\\" : "").append(c);
  }

  private void set() {
    out.append('[');
    boolean negated = accept("^");
    out.append(negated ? "^" : "");
    boolean first = true;
    while (first || !accept("]")) {
      if (at == source.length()) {
        throw refused("has a [ that is not closed");
      }
      char c = source.charAt(at++);
      boolean twice = at < source.length() && source.charAt(at) == c;
      if (twice && "&~|-".indexOf(c) >= 0) {
        throw refused("has " + c + c + " in a set, which Python warns of; escape it");
      }
      if (c == '\\') {
        inSet(negated);
      } else if (c == '-') {
        out.append('-');
      } else {
        literal(c);
      }
      first = false;
    }
    out.append(']');
  }

  private void inSet(boolean negated) {
    char c = escaped();
    if (negated && (c == 'S' || c == 'W')) {
      throw refused("has \\" + c + " in a set with ^, which is not supported");
    }
    switch (c) {
      case 'd' -> out.append(DIGIT);
      case 'D' -> out.append("\\P{Nd}");
      case 's' -> out.append(SPACE);
      case 'S' -> out.append("[^").append(SPACE).append(']');
      case 'w' -> out.append(WORD);
      case 'W' -> out.append("[^").append(WORD).append(']');
      case 'b' -> out.append("\\x08");
      default -> character(c);
    }
  }

  private char escaped() {
    if (at == source.length()) {
      throw refused("ends with a backslash");
    }
    return source.charAt(at++);
  }

  private String upTo(char end) {
    int close = source.indexOf(end, at);
    if (close < 0) {
      throw refused("has a group that is not closed");
    }
    String text = source.substring(at, close);
    at = close + 1;
    return text;
  }

  private boolean accept(String text) {
    boolean here = source.startsWith(text, at);
    at += here ? text.length() : 0;
    return here;
  }

  private static IllegalArgumentException refused(String what) {
    return new IllegalArgumentException("the expression " + what);
  }
}
