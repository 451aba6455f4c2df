package io.github.trawl.evaluation.template;

import java.util.Collection;
import java.util.Map;
import java.util.Set;

/**
 * A template of a task: text with outputs in double braces, filled with the fields of a row, and
 * with statements. It is a safe subset of Jinja 2 with the settings of lm-evaluation-harness. An
 * absent field is an error, as with Jinja's StrictUndefined, and so is a null in a text, which
 * Jinja renders as None; {@code {{name or ''}}} gives a default. Unsupported parts of Jinja are
 * errors, and rendering is bounded in steps and characters.
 */
public final class Template {
  private final String source;
  private final Node root;

  /** Gives the value if the template is a field, a constant or a single output; else null. */
  private final Expression valueExpression;

  private final boolean fieldOrConstant;

  private Template(String source, Node root, Expression valueExpression, boolean fieldOrConstant) {
    this.source = source;
    this.root = root;
    this.valueExpression = valueExpression;
    this.fieldOrConstant = fieldOrConstant;
  }

  /**
   * Parses a template.
   *
   * @throws TemplateException if it uses a part of Jinja that is not supported
   */
  public static Template parse(String source) {
    try {
      TemplateParser parser = new TemplateParser(source, Dialect.TASK);
      Expression single = parser.soleOutput();
      return new Template(source, parser.template(), single, false);
    } catch (StackOverflowError e) {
      throw new TemplateException("is nested too deeply");
    }
  }

  /**
   * Returns the template for the rows of a data set: as in lm-evaluation-harness, a template that
   * is just the name of a field stands for that field, which every row must then have.
   *
   * @param fields the names of all fields that any of the rows has
   */
  public Template forFields(Set<String> fields) {
    return !fieldOrConstant && fields.contains(source)
        ? new Template(source, root, scope -> scope.get(source), true)
        : this;
  }

  /**
   * Returns a {@linkplain #isFieldOrConstant constant}: a template whose value is {@code value} for
   * every row.
   */
  public static Template of(Object value) {
    return new Template(String.valueOf(value), null, scope -> value, true);
  }

  /**
   * Returns whether the template stands for a field or for a value of the task file. Such a value
   * is used as it is and not rendered as a template.
   */
  public boolean isFieldOrConstant() {
    return fieldOrConstant;
  }

  /**
   * Renders the text for a row.
   *
   * @param fields the row
   * @throws TemplateException if the row lacks a field, has a null where the text needs a value, or
   *     an operation doesn't fit its values
   */
  public String render(Map<String, Object> fields) {
    Rendering run = new Rendering(Dialect.TASK, fields);
    if (fieldOrConstant) {
      Object value = valueExpression.evaluate(Scope.of(run));
      if (value == null) {
        throw Values.nullInText("'" + source + "' gives null");
      }
      return Printing.text(run, value);
    }
    return render(root, run);
  }

  /** Renders {@code root} within the bounds of {@code run}. */
  static String render(Node root, Rendering run) {
    StringBuilder text = new StringBuilder();
    try {
      root.render(Scope.of(run), text);
    } catch (StackOverflowError e) {
      throw new TemplateException("is nested too deeply");
    }
    return text.toString();
  }

  /**
   * Returns the value for a row: of any type, null included, if the template is a single output in
   * double braces or stands for a field; else a text.
   *
   * @throws TemplateException if the row lacks a field or an operation doesn't fit its values
   */
  public Object value(Map<String, Object> fields) {
    if (valueExpression == null) {
      return render(fields);
    }
    try {
      return plain(valueExpression.evaluate(Scope.of(new Rendering(Dialect.TASK, fields))));
    } catch (StackOverflowError e) {
      throw new TemplateException("is nested too deeply");
    }
  }

  /**
   * Returns a value with an empty text for a lenient undefined one. Refuses values that only
   * templates have, such as namespaces, also inside a list or map.
   */
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
      throw new TemplateException(
          "gives a " + Values.type(value) + ", which can't be used outside of a template");
    }
    return value;
  }

  private static void requirePlain(Object value) {
    if (plain(value) != value) {
      throw new TemplateException("a list or map holds something undefined");
    }
  }

  /** Returns the source text. */
  @Override
  public String toString() {
    return source;
  }
}
