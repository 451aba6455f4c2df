package io.github.trawl.evaluation.template;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.BiPredicate;

/** Comparisons with the meaning that Python and Jinja give them. */
final class Comparison {
  private static final Map<String, BiPredicate<Object, Object>> SYMBOLS =
      Map.of(
          "==", Comparison::equal,
          "!=", (left, right) -> !equal(left, right),
          "<", (left, right) -> order(left, right) < 0,
          "<=", (left, right) -> order(left, right) <= 0,
          ">", (left, right) -> order(left, right) > 0,
          ">=", (left, right) -> order(left, right) >= 0);

  private Comparison() {}

  /** Returns the comparison that a symbol denotes; null if it denotes none. */
  static BiPredicate<Object, Object> of(String symbol) {
    return SYMBOLS.get(symbol);
  }

  /**
   * Whether each neighbouring pair of values compares as asked, so that {@code 1 < 2 < 3} holds.
   * Operands after the first pair that does not are not evaluated.
   *
   * @param operands one more than comparisons
   */
  static boolean chain(
      List<Expression> operands,
      List<BiPredicate<Object, Object>> comparisons,
      Map<String, Object> fields) {
    Object left = operands.get(0).evaluate(fields);
    for (int i = 0; i < comparisons.size(); i++) {
      Object right = operands.get(i + 1).evaluate(fields);
      if (!comparisons.get(i).test(left, right)) {
        return false;
      }
      left = right;
    }
    return true;
  }

  private static boolean equal(Object left, Object right) {
    return (left instanceof Number && right instanceof Number)
        ? order(left, right) == 0
        : Objects.equals(left, right);
  }

  /** Texts by code points, numbers by value; whole numbers of more than 64 bits are rounded. */
  private static int order(Object left, Object right) {
    if (left instanceof Long number && right instanceof Long other) {
      return Long.compare(number, other);
    }
    if (left instanceof Number number && right instanceof Number other) {
      double first = number.doubleValue();
      double second = other.doubleValue();
      return first < second ? -1 : first > second ? 1 : 0;
    }
    if (left instanceof String text && right instanceof String other) {
      return Arrays.compare(text.codePoints().toArray(), other.codePoints().toArray());
    }
    throw new TemplateException(
        "can't compare a "
            + Values.type(left)
            + " with a "
            + Values.type(right)
            + " by size; compare two numbers or two texts");
  }
}
