package io.github.trawl.evaluation.template;

import io.github.trawl.evaluation.template.Lexer.Token;
import io.github.trawl.evaluation.template.Segment.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Cuts a template into texts and tags by Jinja's rules of white space: {@code -} in a tag takes all
 * of it on that side; in a chat template, statements and comments also take the space before them
 * on their line, and the end of that line, unless there is a {@code +}.
 */
final class Segments {
  private static final String SPACES = "[" + PythonText.SPACE + "]*";
  private static final Pattern RAW =
      Pattern.compile("\\{%([-+]?)" + SPACES + "raw" + SPACES + "(-?)%}");
  private static final Pattern END_OF_RAW =
      Pattern.compile("\\{%([-+]?)" + SPACES + "endraw" + SPACES + "([-+]?)%}");

  private final String source;
  private final boolean chat;
  private final List<Segment> segments = new ArrayList<>();
  private int at;

  private Segments(String source, Dialect dialect) {
    this.source = source;
    this.chat = dialect == Dialect.CHAT;
  }

  /**
   * The source as Jinja reads it: ends of lines are {@code \n}, and that at the end of a chat
   * template is left out.
   */
  static String normalised(String source, Dialect dialect) {
    String lines = source.replace("\r\n", "\n").replace('\r', '\n');
    return dialect == Dialect.CHAT && lines.endsWith("\n")
        ? lines.substring(0, lines.length() - 1)
        : lines;
  }

  /**
   * The segments of a normalised source, comments left out.
   *
   * @throws TemplateException if a tag is not closed or can't be cut into tokens
   */
  static List<Segment> of(String source, Dialect dialect) {
    Segments segments = new Segments(source, dialect);
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
        comment(inside);
      } else {
        tag(kind, inside, open);
      }
    } catch (TemplateException e) {
      throw e.at(Excerpt.place(source, open));
    }
  }

  /** Where the next tag opens; -1 if there is none. */
  private int nextTag() {
    for (int open = source.indexOf('{', at); open >= 0; open = source.indexOf('{', open + 1)) {
      if (open + 1 < source.length() && "{%#".indexOf(source.charAt(open + 1)) >= 0) {
        return open;
      }
    }
    return -1;
  }

  private String sign(int index) {
    return source.startsWith("-", index) ? "-" : source.startsWith("+", index) ? "+" : "";
  }

  /** The text before a tag, without the white space that the tag takes. */
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
    behind(lexer.end() + sign.length() + 2, sign, kind != '{');
  }

  private void comment(int inside) {
    int close = source.indexOf("#}", inside);
    if (close < 0) {
      throw new TemplateException("no closing '#}' in '" + Excerpt.of(source.substring(at)) + "'");
    }
    behind(close + 2, close > inside ? sign(close - 1) : "", true);
  }

  /** Takes everything up to the end of {@code raw} for text. */
  private void raw(Matcher begin) {
    behind(begin.end(), begin.group(2), false);
    Matcher end = END_OF_RAW.matcher(source);
    if (!end.find(at)) {
      throw new TemplateException("no closing '{% endraw %}'");
    }
    add(before(end.start(), end.group(1), true));
    behind(end.end(), end.group(2), true);
  }

  /** Goes on behind a tag and the white space that it takes. */
  private void behind(int end, String sign, boolean takesLineEnd) {
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
