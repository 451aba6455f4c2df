package io.github.trawl.evaluation.template;

import java.util.Collection;
import java.util.Map;
import java.util.Set;

/**
 * Text with values of a row in double braces, and statements: a safe subset of Jinja 2 with the
 * settings of lm-evaluation-harness. An absent field is an error, as with Jinja's StrictUndefined,
 * and so is a null in a text, which Jinja renders as None: {@code {{name or ''}}} gives a default.
 * What is not supported is an error, too, and rendering is bounded in steps and characters.
 */
public final class Template {
  private final String source;
  private final Node root;
  private final Expression single;
  private final boolean bare;

  private Template(String source, Node root, Expression single, boolean bare) {
    this.source = source;
    this.root = root;
    this.single = single;
    this.bare = bare;
  }

  /**
   * Parses a template.
   *
   * @throws TemplateException if it uses a part of Jinja that is not supported
   */
  public static Template parse(String source) {
    try {
      TemplateParser parser = new TemplateParser(source, Dialect.TASK);
      Expression single = parser.single();
      return new Template(source, parser.template(), single, false);
    } catch (StackOverflowError e) {
      throw new TemplateException("is nested too deeply");
    }
  }

  /**
   * The template for rows with these fields: as in lm-evaluation-harness, a template that is just
   * the name of a field stands for that field, which every row must then have.
   *
   * @param fields of the rows of a data set, all together
   */
  public Template over(Set<String> fields) {
    return !bare && fields.contains(source)
        ? new Template(source, root, scope -> scope.get(source), true)
        : this;
  }

  /** A template that is {@code value} for every row, as one that stands for a field. */
  public static Template of(Object value) {
    return new Template(String.valueOf(value), null, scope -> value, true);
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
    Run run = new Run(Dialect.TASK, fields);
    if (bare) {
      Object value = single.evaluate(Scope.of(run));
      if (value == null) {
        throw Values.noText("'" + source + "' gives null");
      }
      return Printing.text(run, value);
    }
    return render(root, run);
  }

  /** Renders within the bounds of {@code run}. */
  static String render(Node root, Run run) {
    StringBuilder text = new StringBuilder();
    try {
      root.render(Scope.of(run), text);
    } catch (StackOverflowError e) {
      throw new TemplateException("goes too deep");
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
    if (single == null) {
      return render(fields);
    }
    try {
      return plain(single.evaluate(Scope.of(new Run(Dialect.TASK, fields))));
    } catch (StackOverflowError e) {
      throw new TemplateException("goes too deep");
    }
  }

  /** Refuses what only templates know, inside a list or map, too. */
  private static Object plain(Object value) {
    if (value instanceof Undefined undefined) {
      undefined.requireLenient();
      return "";
    }
    if (value instanceof Map<?, ?> map) {
      map.values().forEach(Template::requirePlain);
    } else if (value instanceof Collection<?> elements) {
      elements.forEach(Template::requirePlain);
    } else if (!(value == null
        || value instanceof String
        || value instanceof Number
        || value instanceof Boolean)) {
      throw new TemplateException("gives a " + Values.type(value) + ", which is no value");
    }
    return value;
  }

  private static void requirePlain(Object value) {
    if (plain(value) != value) {
      throw new TemplateException("a list or map holds something undefined");
    }
  }

  /** The source text. */
  @Override
  public String toString() {
    return source;
  }
}
