package io.github.trawl.evaluation.template;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Cuts an expression into names, numbers, strings and symbols. */
final class Lexer {
  /** Kinds of tokens. */
  enum Kind {
    NAME,
    INTEGER,
    DECIMAL,
    STRING,
    SYMBOL,
    END
  }

  /** A piece of an expression; {@code text} is that of a string without its quotes. */
  record Token(Kind kind, String text) {
    boolean is(String expected) {
      return (kind == Kind.SYMBOL || kind == Kind.NAME) && text.equals(expected);
    }
  }

  private static final Set<String> TWO = Set.of("==", "!=", "<=", ">=");

  private Lexer() {}

  /**
   * Returns the position of the closing braces, ignoring braces inside strings; -1 if there are
   * none.
   */
  static int closingBraces(String source, int start) {
    char quote = 0;
    for (int i = start; i < source.length(); i++) {
      char c = source.charAt(i);
      if (quote != 0) {
        i += c == '\\' ? 1 : 0;
        quote = c == quote ? 0 : quote;
      } else if (c == '\'' || c == '"') {
        quote = c;
      } else if (source.startsWith("}}", i)) {
        return i;
      }
    }
    return -1;
  }

  static List<Token> tokens(String source) {
    List<Token> tokens = new ArrayList<>();
    int i = 0;
    while (i < source.length()) {
      char c = source.charAt(i);
      int start = i;
      if (PythonText.isSpace(c)) {
        i++;
      } else if (Character.isJavaIdentifierStart(c) && c != '$') {
        while (i < source.length() && isNamePart(source.charAt(i))) {
          i++;
        }
        tokens.add(new Token(Kind.NAME, source.substring(start, i)));
      } else if (c >= '0' && c <= '9') {
        i = digits(source, i);
        int fraction = source.startsWith(".", i) ? digits(source, i + 1) : i;
        boolean decimal = fraction > i + 1;
        i = decimal ? fraction : i;
        tokens.add(new Token(decimal ? Kind.DECIMAL : Kind.INTEGER, source.substring(start, i)));
      } else if (c == '\'' || c == '"') {
        StringBuilder text = new StringBuilder();
        i = string(source, i, text);
        tokens.add(new Token(Kind.STRING, text.toString()));
      } else {
        String two = source.substring(i, Math.min(i + 2, source.length()));
        String symbol = TWO.contains(two) ? two : String.valueOf(c);
        if (symbol.length() == 1 && "+~-.,:|()[]<>".indexOf(c) < 0) {
          throw new TemplateException(
              "'" + c + "' is not supported in '" + PythonText.strip(source) + "'");
        }
        tokens.add(new Token(Kind.SYMBOL, symbol));
        i += symbol.length();
      }
    }
    tokens.add(new Token(Kind.END, "the end"));
    return tokens;
  }

  private static int digits(String source, int start) {
    int end = start;
    while (end < source.length() && source.charAt(end) >= '0' && source.charAt(end) <= '9') {
      end++;
    }
    return end;
  }

  private static boolean isNamePart(char c) {
    return Character.isJavaIdentifierPart(c) && c != '$';
  }

  private static int string(String source, int start, StringBuilder text) {
    char quote = source.charAt(start);
    int i = start + 1;
    while (i < source.length() && source.charAt(i) != quote) {
      char c = source.charAt(i++);
      if (c == '\\' && i < source.length()) {
        char escaped = source.charAt(i++);
        text.append(escaped == 'n' ? '\n' : escaped == 't' ? '\t' : escaped);
      } else {
        text.append(c);
      }
    }
    if (i == source.length()) {
      throw new TemplateException("a string is not closed in '" + PythonText.strip(source) + "'");
    }
    return i + 1;
  }
}
