package io.github.trawl.evaluation.template;

import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.function.IntPredicate;

/** Comparisons with the meaning that Python and Jinja give them. */
@FunctionalInterface
interface Comparison {
  boolean test(Rendering run, Object left, Object right);

  /** The comparisons by their symbols. */
  Map<String, Comparison> SYMBOLS =
      Map.of(
          "==", Comparison::equal,
          "!=", (run, left, right) -> !equal(run, left, right),
          "<", (run, left, right) -> ordered(run, left, right, order -> order < 0),
          "<=", (run, left, right) -> ordered(run, left, right, order -> order <= 0),
          ">", (run, left, right) -> ordered(run, left, right, order -> order > 0),
          ">=", (run, left, right) -> ordered(run, left, right, order -> order >= 0));

  /** Returns the comparison that a symbol denotes; null if it denotes none. */
  static Comparison of(String symbol) {
    return SYMBOLS.get(symbol);
  }

  /**
   * Returns whether every comparison of a chain such as {@code 1 < 2 < 3} holds between its two
   * neighbours. Operands after the first comparison that fails are not evaluated.
   *
   * @param operands one more than there are comparisons
   */
  static boolean chain(List<Expression> operands, List<Comparison> comparisons, Scope scope) {
    Object left = operands.get(0).evaluate(scope);
    for (int i = 0; i < comparisons.size(); i++) {
      Object right = operands.get(i + 1).evaluate(scope);
      if (!comparisons.get(i).test(scope.run(), left, right)) {
        return false;
      }
      left = right;
    }
    return true;
  }

  /**
   * Compares numbers and truth values by their value, lists and maps element by element. A {@link
   * View} equals no list.
   *
   * @throws TemplateException if both are views, which Python compares as sets or by identity
   */
  static boolean equal(Rendering run, Object left, Object right) {
    run.countStep();
    if (left instanceof Undefined || right instanceof Undefined) {
      requireLenient(left);
      requireLenient(right);
      return left instanceof Undefined && right instanceof Undefined;
    }
    if (isNumber(left) && isNumber(right)) {
      return ordered(run, number(left), number(right), order -> order == 0);
    }
    if (left instanceof View && right instanceof View) {
      throw new TemplateException(
          "keys, values and items of maps can't be compared; compare lists, as in m.keys()|list");
    }
    if (left instanceof View || right instanceof View) {
      return false;
    }
    if (left instanceof List<?> list && right instanceof List<?> other) {
      return (left instanceof Tuple) == (right instanceof Tuple)
          && list.size() == other.size()
          && elementsEqual(run, list, other);
    }
    if (left instanceof Map<?, ?> map && right instanceof Map<?, ?> other) {
      return map.keySet().equals(other.keySet()) && membersEqual(run, map, other);
    }
    if (left instanceof String text) {
      run.countRead(text);
    }
    return left == null ? right == null : left.equals(right);
  }

  /**
   * Compares elements of lists and maps. Unlike a comparison in a template, in which NaN equals
   * nothing, this finds that a NaN equals itself.
   */
  static boolean equalElements(Rendering run, Object left, Object right) {
    return equal(run, left, right) || left == right;
  }

  private static boolean elementsEqual(Rendering run, List<?> list, List<?> other) {
    run.enter();
    Iterator<?> others = other.iterator();
    boolean equal = list.stream().allMatch(each -> equalElements(run, each, others.next()));
    run.leave();
    return equal;
  }

  private static boolean membersEqual(Rendering run, Map<?, ?> map, Map<?, ?> other) {
    run.enter();
    boolean equal =
        map.keySet().stream().allMatch(key -> equalElements(run, map.get(key), other.get(key)));
    run.leave();
    return equal;
  }

  private static void requireLenient(Object value) {
    if (value instanceof Undefined undefined) {
      undefined.requireLenient();
    }
  }

  private static boolean isNumber(Object value) {
    return value instanceof Number || value instanceof Boolean;
  }

  private static Object number(Object value) {
    return value instanceof Boolean truth ? (Object) (truth ? 1L : 0L) : value;
  }

  /** Returns whether the order of two values passes a test; that of NaN passes none. */
  private static boolean ordered(Rendering run, Object left, Object right, IntPredicate test) {
    int order = order(run, left, right);
    return !isNaN(left) && !isNaN(right) && test.test(order);
  }

  private static boolean isNaN(Object value) {
    return value instanceof Double number && Double.isNaN(number);
  }

  /**
   * Orders two texts by their code points, or two numbers by their value. A whole number of more
   * than 53 bits is rounded if it is compared with a floating-point number. NaN has no order; the
   * result is 0.
   *
   * @return negative, 0 or positive, as of a {@link java.util.Comparator}
   */
  static int order(Rendering run, Object left, Object right) {
    if (left instanceof Long number && right instanceof Long other) {
      return Long.compare(number, other);
    }
    if (left instanceof Number number && right instanceof Number other) {
      double first = number.doubleValue();
      double second = other.doubleValue();
      return first < second ? -1 : first > second ? 1 : 0;
    }
    if (left instanceof String text && right instanceof String other) {
      run.countRead(text);
      run.countRead(other);
      return Arrays.compare(text.codePoints().toArray(), other.codePoints().toArray());
    }
    for (Object value : new Object[] {left, right}) {
      if (value instanceof Undefined undefined) {
        throw undefined.useError();
      }
    }
    throw new TemplateException(
        "can't compare a "
            + Values.type(left)
            + " with a "
            + Values.type(right)
            + " by size; compare two numbers or two texts");
  }
}
