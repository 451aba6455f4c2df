package io.github.trawl.evaluation.template;

import java.util.Map;

/** What stands between double braces: a value computed from the fields of a row. */
@FunctionalInterface
interface Expression {
  /**
   * The value: a String, Long, Double, Boolean, List, Map or null.
   *
   * @throws TemplateException if the row lacks a field or an operation doesn't fit its values
   */
  Object evaluate(Map<String, Object> fields);
}
