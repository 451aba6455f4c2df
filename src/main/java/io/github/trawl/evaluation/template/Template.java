package io.github.trawl.evaluation.template;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Text with values of a row in double braces. A safe subset of Jinja 2: fields, {@code .name} and
 * {@code [index]}, slices, {@code + ~ == != < <= > >= in not and or}, inline {@code if}, the string
 * methods and filters of {@link Values}, comments. An absent field is an error, as with Jinja's
 * StrictUndefined, and so is a null in a text, which Jinja renders as None: {@code {{name or ''}}}
 * gives a default.
 */
public final class Template {
  private final String source;
  private final List<Expression> parts;
  private final boolean bare;

  private Template(String source, List<Expression> parts, boolean bare) {
    this.source = source;
    this.parts = List.copyOf(parts);
    this.bare = bare;
  }

  /**
   * Parses a template.
   *
   * @throws TemplateException if it uses a part of Jinja that is not supported
   */
  public static Template parse(String source) {
    List<Expression> parts = new ArrayList<>();
    int position = 0;
    while (position < source.length()) {
      int open = source.indexOf('{', position);
      while (open >= 0
          && (open + 1 == source.length() || "{%#".indexOf(source.charAt(open + 1)) < 0)) {
        open = source.indexOf('{', open + 1);
      }
      if (open != position) {
        String text = source.substring(position, open < 0 ? source.length() : open);
        parts.add(fields -> text);
      }
      if (open < 0) {
        break;
      }
      char kind = source.charAt(open + 1);
      if (kind == '%') {
        throw new TemplateException("statements ({% %}) are not supported in '" + source + "'");
      }
      String end = kind == '#' ? "#}" : "}}";
      int close = kind == '#' ? source.indexOf(end, open) : Lexer.closingBraces(source, open + 2);
      if (close < 0) {
        throw new TemplateException("no closing '" + end + "' in '" + source + "'");
      }
      if (source.startsWith("{{-", open)) {
        throw new TemplateException("'{{-' is not supported in '" + source + "'; strip() a value");
      }
      if (kind == '{') {
        parts.add(ExpressionParser.parse(source.substring(open + 2, close)));
      }
      position = close + 2;
    }
    return new Template(source, parts, false);
  }

  /**
   * The template for rows with these fields: as in lm-evaluation-harness, a template that is just
   * the name of a field stands for that field, which every row must then have.
   *
   * @param fields of the rows of a data set, all together
   */
  public Template over(Set<String> fields) {
    return !bare && fields.contains(source)
        ? new Template(source, List.of(row -> Values.field(row, source)), true)
        : this;
  }

  /** A template that is {@code value} for every row, as one that stands for a field. */
  public static Template of(Object value) {
    return new Template(String.valueOf(value), List.of(row -> value), true);
  }

  /** Whether it is a field, or a value of the task file, as it stands rather than rendered. */
  public boolean isBare() {
    return bare;
  }

  /**
   * The text for a row.
   *
   * @throws TemplateException if the row lacks a field, has a null where the text needs a value, or
   *     an operation doesn't fit its values
   */
  public String render(Map<String, Object> fields) {
    StringBuilder text = new StringBuilder();
    for (Expression part : parts) {
      Object value = part.evaluate(fields);
      if (value == null) {
        throw Values.noText("'" + source + "' gives null");
      }
      text.append(Values.text(value));
    }
    return text.toString();
  }

  /**
   * The value for a row: of any type, null too, if the template is one pair of braces or stands for
   * a field, else text.
   *
   * @throws TemplateException if the row lacks a field or an operation doesn't fit its values
   */
  public Object value(Map<String, Object> fields) {
    return parts.size() == 1 ? parts.get(0).evaluate(fields) : render(fields);
  }

  /** The source text. */
  @Override
  public String toString() {
    return source;
  }
}
