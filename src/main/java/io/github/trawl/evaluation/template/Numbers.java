package io.github.trawl.evaluation.template;

import io.github.trawl.evaluation.template.Arguments.Bound;

/** Conversions of values to numbers. */
final class Numbers {
  private static final String WHOLE = "[+-]?[0-9]+";
  private static final String DECIMAL = "[+-]?([0-9]+(\\.[0-9]*)?|\\.[0-9]+)([eE][+-]?[0-9]+)?";

  private Numbers() {}

  /**
   * Returns a number as a double.
   *
   * @param what the operation, for the error if {@code value} is not a number
   */
  static double of(Object value, String what) {
    if (value instanceof Number number) {
      return number.doubleValue();
    }
    throw Values.unfit(what, value);
  }

  /** Applies the filter called {@code name}, which is {@code int} or {@code float}. */
  static Object parse(String name, Object value, Arguments arguments) {
    boolean whole = name.equals("int");
    Bound bound = arguments.bind("filter '" + name + "'", 0, "default");
    Object otherwise = bound.get(0, whole ? (Object) 0L : (Object) 0.0);
    if (value instanceof Undefined undefined) {
      throw undefined.useError();
    }
    if (value instanceof Long number) {
      return whole ? number : (Object) (double) number;
    }
    if (value instanceof Boolean truth) {
      long number = truth ? 1 : 0;
      return whole ? (Object) number : (Object) (double) number;
    }
    if (value instanceof Double number) {
      return whole ? truncated(number, otherwise) : number;
    }
    if (!(value instanceof String text)) {
      return otherwise;
    }
    String digits = PythonText.strip(text);
    if (whole && digits.matches(WHOLE)) {
      try {
        return Long.valueOf(digits);
      } catch (NumberFormatException e) {
        throw tooLarge();
      }
    }
    if (digits.matches(DECIMAL)) {
      double number = Double.parseDouble(digits);
      return whole ? truncated(number, otherwise) : (Object) number;
    }
    // Python also reads 1_000, inf, nan and digits of other scripts; any other text isn't a number.
    if (digits.matches(".*([0-9]_[0-9]|[^\\x00-\\x7f]).*")
        || digits.matches("(?i)[+-]?(inf|nan).*")) {
      throw new TemplateException("'" + Excerpt.of(digits) + "' is not supported as a number");
    }
    return otherwise;
  }

  private static Object truncated(double number, Object otherwise) {
    if (Double.isNaN(number)) {
      return otherwise;
    }
    if (Math.abs(number) >= Long.MAX_VALUE) {
      throw tooLarge();
    }
    return (long) number;
  }

  private static TemplateException tooLarge() {
    return new TemplateException("a number needs more than 64 bits");
  }
}
