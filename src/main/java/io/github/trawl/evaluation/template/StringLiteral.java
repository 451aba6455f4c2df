package io.github.trawl.evaluation.template;

/**
 * A text in quotes, with Python's escapes.
 *
 * @param text the value, with its escapes resolved
 * @param end the offset after the closing quote
 */
record StringLiteral(String text, int end) {
  /** The characters after a backslash, with what each means at the same index of MEANINGS. */
  private static final String ESCAPES = "\\'\"abfnrtv";

  private static final String MEANINGS = "\\'\"\u0007\b\f\n\r\t\u000b";

  /**
   * Reads the text whose opening quote is at {@code start}.
   *
   * @throws TemplateException if the text is not closed or has an escape that is not supported
   */
  static StringLiteral at(String source, int start) {
    char quote = source.charAt(start);
    StringBuilder text = new StringBuilder();
    int i = start + 1;
    while (i < source.length() && source.charAt(i) != quote) {
      char c = source.charAt(i);
      if (c != '\\') {
        text.append(c);
        i++;
      } else {
        i = escape(source, i + 1, text);
      }
    }
    if (i >= source.length()) {
      throw new TemplateException(
          "a string is not closed in '" + Excerpt.of(source.substring(start)) + "'");
    }
    return new StringLiteral(text.toString(), i + 1);
  }

  /** Appends the meaning of the escape whose backslash precedes {@code at}; returns its end. */
  private static int escape(String source, int at, StringBuilder text) {
    // At the end of the source any escape will do: the caller then finds no closing quote.
    char c = at < source.length() ? source.charAt(at) : '\n';
    int simple = ESCAPES.indexOf(c);
    if (simple >= 0) {
      text.append(MEANINGS.charAt(simple));
      return at + 1;
    }
    return switch (c) {
      case '\n' -> at + 1;
      case 'x' -> hexadecimal(source, at + 1, 2, text);
      case 'u' -> hexadecimal(source, at + 1, 4, text);
      case 'U' -> hexadecimal(source, at + 1, 8, text);
      case 'N', '0', '1', '2', '3', '4', '5', '6', '7' ->
          throw new TemplateException("the escape \\" + c + " is not supported; write \\u");
      default -> {
        // Python keeps the backslash of an escape that it doesn't know.
        text.append('\\').append(c);
        yield at + 1;
      }
    };
  }

  private static int hexadecimal(String source, int at, int digits, StringBuilder text) {
    String code = source.substring(at, Math.min(at + digits, source.length()));
    if (!code.matches("[0-9a-fA-F]{" + digits + "}")
        || Long.parseLong(code, 16) > Character.MAX_CODE_POINT) {
      throw new TemplateException("the escape \\" + source.charAt(at - 1) + code + " is wrong");
    }
    text.appendCodePoint(Integer.parseInt(code, 16));
    return at + digits;
  }
}
