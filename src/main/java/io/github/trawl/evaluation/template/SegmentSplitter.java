package io.github.trawl.evaluation.template;

import io.github.trawl.evaluation.template.Lexer.Token;
import io.github.trawl.evaluation.template.Segment.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Splits a template into texts and tags by Jinja's rules for white space. A {@code -} at either end
 * of a tag removes all white space on that side. In a chat template, a statement or comment also
 * removes the white space between the beginning of its line and itself, and a line end that follows
 * it directly, unless it has a {@code +} on that side.
 */
final class SegmentSplitter {
  private static final String SPACES = "[" + PythonText.SPACE + "]*";
  private static final Pattern RAW =
      Pattern.compile("\\{%([-+]?)" + SPACES + "raw" + SPACES + "(-?)%}");
  private static final Pattern END_OF_RAW =
      Pattern.compile("\\{%([-+]?)" + SPACES + "endraw" + SPACES + "([-+]?)%}");

  private final String source;
  private final boolean chat;
  private final List<Segment> segments = new ArrayList<>();
  private int at;

  private SegmentSplitter(String source, Dialect dialect) {
    this.source = source;
    this.chat = dialect == Dialect.CHAT;
  }

  /**
   * Returns the source as Jinja reads it: with {@code \n} for every line end, and without a line
   * end at the end of a chat template.
   */
  static String normalised(String source, Dialect dialect) {
    String lines = source.replace("\r\n", "\n").replace('\r', '\n');
    return dialect == Dialect.CHAT && lines.endsWith("\n")
        ? lines.substring(0, lines.length() - 1)
        : lines;
  }

  /**
   * Returns the segments of a normalised source, comments left out.
   *
   * @throws TemplateException if a tag is not closed or can't be split into tokens
   */
  static List<Segment> of(String source, Dialect dialect) {
    SegmentSplitter segments = new SegmentSplitter(source, dialect);
    while (segments.at < source.length()) {
      segments.next();
    }
    return segments.segments;
  }

  private void next() {
    int open = nextTag();
    if (open < 0) {
      add(source.substring(at));
      at = source.length();
      return;
    }
    char kind = source.charAt(open + 1);
    String sign = sign(open + 2);
    add(before(open, sign, kind != '{'));
    int inside = open + 2 + sign.length();
    Matcher raw = RAW.matcher(source).region(open, source.length());
    try {
      if (raw.lookingAt()) {
        raw(raw);
      } else if (kind == '#') {
        comment(open, inside);
      } else {
        tag(kind, inside, open);
      }
    } catch (TemplateException e) {
      throw e.at(Excerpt.place(source, open));
    }
  }

  /** Returns the offset of the next tag; -1 if there is none. */
  private int nextTag() {
    for (int open = source.indexOf('{', at); open >= 0; open = source.indexOf('{', open + 1)) {
      if (open + 1 < source.length() && "{%#".indexOf(source.charAt(open + 1)) >= 0) {
        return open;
      }
    }
    return -1;
  }

  /** Returns the sign for white space at {@code index}; empty if there is none. */
  private String sign(int index) {
    return source.startsWith("-", index) ? "-" : source.startsWith("+", index) ? "+" : "";
  }

  /**
   * Returns the text before a tag, without the white space that the tag removes.
   *
   * @param takesSpace whether the tag removes white space without a sign, in a chat template
   */
  private String before(int open, String sign, boolean takesSpace) {
    String text = source.substring(at, open);
    if (sign.equals("-")) {
      return PythonText.rstrip(text);
    }
    int line = text.lastIndexOf('\n') + 1;
    boolean lineStarts = line > 0 || at == 0 || source.charAt(at - 1) == '\n';
    boolean takes =
        chat
            && takesSpace
            && sign.isEmpty()
            && lineStarts
            && PythonText.isBlank(text.substring(line));
    return takes ? text.substring(0, line) : text;
  }

  private void tag(char kind, int inside, int open) {
    Lexer lexer = new Lexer(source, inside, kind == '{' ? "}}" : "%}");
    List<Token> tokens = lexer.tokens();
    segments.add(new Segment(kind == '{' ? Kind.OUTPUT : Kind.STATEMENT, "", tokens, open));
    String sign = sign(lexer.end());
    moveBehind(lexer.end() + sign.length() + 2, sign, kind != '{');
  }

  private void comment(int open, int inside) {
    int close = source.indexOf("#}", inside);
    if (close < 0) {
      throw new TemplateException(
          "no closing '#}' in '" + Excerpt.of(source.substring(open)) + "'");
    }
    moveBehind(close + 2, close > inside ? sign(close - 1) : "", true);
  }

  /** Adds everything up to the statement {@code endraw} as text. */
  private void raw(Matcher begin) {
    moveBehind(begin.end(), begin.group(2), false);
    Matcher end = END_OF_RAW.matcher(source);
    if (!end.find(at)) {
      throw new TemplateException("no closing '{% endraw %}'");
    }
    add(before(end.start(), end.group(1), true));
    moveBehind(end.end(), end.group(2), true);
  }

  /**
   * Moves to the end of a tag and past the white space that the tag removes.
   *
   * @param takesLineEnd whether the tag removes a line end without a sign, in a chat template
   */
  private void moveBehind(int end, String sign, boolean takesLineEnd) {
    at = end;
    if (sign.equals("-")) {
      while (at < source.length() && PythonText.isSpace(source.charAt(at))) {
        at++;
      }
    } else if (chat && takesLineEnd && sign.isEmpty() && source.startsWith("\n", at)) {
      at++;
    }
  }

  private void add(String text) {
    if (!text.isEmpty()) {
      segments.add(new Segment(Kind.TEXT, text, List.of(), at));
    }
  }
}
