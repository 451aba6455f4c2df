package io.github.trawl.evaluation.template;

import java.util.ArrayList;
import java.util.List;

/**
 * Parses lists of texts and numbers in Python's notation, such as {@code ['no', "it's", 3]}.
 * lm-evaluation-harness treats a rendered template that looks like such a list as a list.
 */
public final class PythonLiteral {
  private final String source;
  private int at;

  private PythonLiteral(String source) {
    this.source = source;
  }

  /** Returns whether {@code text} begins and ends with brackets, as a list does. */
  public static boolean isList(String text) {
    return text.length() >= 2 && text.startsWith("[") && text.endsWith("]");
  }

  /**
   * Returns the elements of a list: Strings, Longs and Doubles.
   *
   * @throws TemplateException if {@code text} is not a list of texts and numbers, or a whole number
   *     needs more than 64 bits or begins with zeros, which Python refuses
   */
  public static List<Object> list(String text) {
    PythonLiteral literal = new PythonLiteral(text);
    List<Object> elements = literal.elements();
    literal.skipSpace();
    if (literal.at < text.length()) {
      throw literal.wrong("goes on after its end");
    }
    return elements;
  }

  private List<Object> elements() {
    skipSpace();
    require('[');
    List<Object> elements = new ArrayList<>();
    skipSpace();
    while (!accept(']')) {
      elements.add(element());
      skipSpace();
      if (!accept(',')) {
        require(']');
        return elements;
      }
      skipSpace();
    }
    return elements;
  }

  private Object element() {
    char first = at < source.length() ? source.charAt(at) : 0;
    if (first == '\'' || first == '"') {
      at++;
      return string(first);
    }
    int start = at;
    while (at < source.length() && "+-.eE0123456789".indexOf(source.charAt(at)) >= 0) {
      at++;
    }
    String number = source.substring(start, at);
    if (number.matches("[+-]?[0-9]+")) {
      return wholeNumber(number);
    }
    try {
      return Double.valueOf(number);
    } catch (NumberFormatException e) {
      throw wrong("holds neither a text in quotes nor a number at " + (start + 1));
    }
  }

  private Long wholeNumber(String number) {
    if (number.matches("[+-]?0+[1-9][0-9]*")) {
      throw wrong("holds the number " + number + " with a zero in front; put it in quotes");
    }
    try {
      return Long.valueOf(number);
    } catch (NumberFormatException e) {
      throw wrong("holds the number " + number + " of more than 64 bits; put it in quotes");
    }
  }

  private String string(char quote) {
    StringBuilder text = new StringBuilder();
    while (!accept(quote)) {
      if (at == source.length()) {
        throw wrong("has a text that is not closed");
      }
      char c = source.charAt(at++);
      text.append(c == '\\' ? escaped() : c);
    }
    return text.toString();
  }

  private char escaped() {
    char c = at < source.length() ? source.charAt(at++) : 0;
    return switch (c) {
      case '\\', '\'', '"' -> c;
      case 'n' -> '\n';
      case 't' -> '\t';
      case 'r' -> '\r';
      case 'x' -> hexadecimal(2);
      case 'u' -> hexadecimal(4);
      default -> throw wrong("has an escape that is not supported: \\" + c);
    };
  }

  private char hexadecimal(int digits) {
    String code = source.substring(at, Math.min(at + digits, source.length()));
    if (!code.matches("[0-9a-fA-F]{" + digits + "}")) {
      throw wrong("has an escape that is cut off");
    }
    at += digits;
    return (char) Integer.parseInt(code, 16);
  }

  private void skipSpace() {
    while (at < source.length() && PythonText.isSpace(source.charAt(at))) {
      at++;
    }
  }

  private boolean accept(char c) {
    boolean here = at < source.length() && source.charAt(at) == c;
    at += here ? 1 : 0;
    return here;
  }

  private void require(char c) {
    if (!accept(c)) {
      throw wrong("has no '" + c + "' at " + (at + 1));
    }
  }

  private TemplateException wrong(String what) {
    return new TemplateException("the list " + source + " " + what);
  }
}
