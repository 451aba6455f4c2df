package io.github.trawl.evaluation.template;

import java.util.Map;

/** The content of double braces: computes a value from the fields of a row. */
@FunctionalInterface
interface Expression {
  /**
   * The value: a String, Long, Double, Boolean, List, Map or null.
   *
   * @throws TemplateException if the row lacks a field or an operation doesn't fit its values
   */
  Object evaluate(Map<String, Object> fields);
}
