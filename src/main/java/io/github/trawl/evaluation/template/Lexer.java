package io.github.trawl.evaluation.template;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Splits the inside of a tag into names, numbers, strings and symbols, up to the tag's end. */
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

  /**
   * A token.
   *
   * @param text the characters of the token; of a string, its value
   * @param at the token's offset in the template
   */
  record Token(Kind kind, String text, int at) {
    boolean is(String expected) {
      return (kind == Kind.SYMBOL || kind == Kind.NAME) && text.equals(expected);
    }
  }

  private static final Set<String> TWO_CHARACTER_SYMBOLS =
      Set.of("==", "!=", "<=", ">=", "//", "**");
  private static final String ONE_CHARACTER_SYMBOLS = "+-*/%~.,:|()[]{}<>=";

  private final String source;
  private final int start;
  private final String close;
  private final List<Token> tokens = new ArrayList<>();
  private int at;
  private int openBrackets;

  /**
   * @param start where the inside of the tag begins
   * @param close the two characters that end the tag; a sign for white space, {@code -} or {@code
   *     +}, may precede them
   */
  Lexer(String source, int start, String close) {
    this.source = source;
    this.start = start;
    this.close = close;
    this.at = start;
  }

  /**
   * Returns the tokens of the tag, of which the last has the kind END. Braces that close a map do
   * not end the tag.
   *
   * @throws TemplateException if the tag has no end
   */
  List<Token> tokens() {
    while (openBrackets > 0 || !ends()) {
      if (at >= source.length()) {
        throw new TemplateException(
            "no closing '" + close + "' in '" + Excerpt.of(source.substring(start)) + "'");
      }
      token();
    }
    tokens.add(new Token(Kind.END, "the end", at));
    return tokens;
  }

  /**
   * Returns the offset of the characters that end the tag, or of the sign before them. Valid after
   * {@link #tokens} was called.
   */
  int end() {
    return at;
  }

  private boolean ends() {
    return source.startsWith(close, at)
        || source.startsWith("-" + close, at)
        || (close.equals("%}") && source.startsWith("+" + close, at));
  }

  private void token() {
    char c = source.charAt(at);
    int from = at;
    if (PythonText.isSpace(c)) {
      at++;
    } else if (Character.isJavaIdentifierStart(c) && c != '$') {
      while (at < source.length() && isNamePart(source.charAt(at))) {
        at++;
      }
      add(Kind.NAME, source.substring(from, at), from);
    } else if (isDigit(from)) {
      number();
    } else if (c == '\'' || c == '"') {
      StringLiteral literal = StringLiteral.at(source, from);
      at = literal.end();
      add(Kind.STRING, literal.text(), from);
    } else {
      symbol();
    }
  }

  private void number() {
    int from = at;
    // In a.0.1 both numbers are indices, and 0.1 is not a decimal number.
    boolean index = from > start && source.charAt(from - 1) == '.';
    at = digits(from);
    boolean decimal = !index && source.startsWith(".", at) && isDigit(at + 1);
    if (decimal) {
      at = digits(at + 1);
    } else if (at > from + 1 && source.charAt(from) == '0') {
      throw wrong("number " + source.substring(from, at) + " begins with 0");
    }
    add(decimal ? Kind.DECIMAL : Kind.INTEGER, source.substring(from, at), from);
  }

  private void symbol() {
    String two = source.substring(at, Math.min(at + 2, source.length()));
    String symbol = TWO_CHARACTER_SYMBOLS.contains(two) ? two : two.substring(0, 1);
    if (symbol.length() == 1 && ONE_CHARACTER_SYMBOLS.indexOf(symbol) < 0) {
      throw wrong("'" + symbol + "' is not supported");
    }
    if ("([{".contains(symbol)) {
      openBrackets++;
    } else if (")]}".contains(symbol) && --openBrackets < 0) {
      throw wrong("'" + symbol + "' closes nothing");
    }
    add(Kind.SYMBOL, symbol, at);
    at += symbol.length();
  }

  private void add(Kind kind, String text, int from) {
    tokens.add(new Token(kind, text, from));
  }

  private int digits(int from) {
    int end = from;
    while (isDigit(end)) {
      end++;
    }
    return end;
  }

  private boolean isDigit(int index) {
    return index < source.length() && source.charAt(index) >= '0' && source.charAt(index) <= '9';
  }

  private static boolean isNamePart(char c) {
    return Character.isJavaIdentifierPart(c) && c != '$';
  }

  private TemplateException wrong(String what) {
    return new TemplateException(what).at(Excerpt.place(source, at));
  }
}
