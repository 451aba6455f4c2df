package io.github.trawl.evaluation.template;

/** An expression of a template, which computes a value from variables. */
@FunctionalInterface
interface Expression {
  /**
   * Returns the value: a String, Long, Double, Boolean, List, Map or null, an {@link Undefined}, or
   * one of the values that only templates have, such as a {@link Namespace}.
   *
   * @throws TemplateException if an operation doesn't fit its values
   */
  Object evaluate(Scope scope);
}
