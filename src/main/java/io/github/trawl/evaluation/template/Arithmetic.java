package io.github.trawl.evaluation.template;

import java.util.ArrayList;
import java.util.List;

/** The arithmetic operators on numbers, texts and lists, with Python's results. */
@FunctionalInterface
interface Arithmetic {
  /**
   * The largest whole number that may be divided: up to here all are exact as float64, so that only
   * the quotient is rounded, as in Python.
   */
  long EXACT = 1L << 53;

  /**
   * Returns the result of the operation.
   *
   * @throws TemplateException if the operation doesn't fit its operands
   */
  Object apply(Rendering run, Object left, Object right);

  /** Returns the operation that a symbol denotes; null if it denotes none. */
  static Arithmetic of(String symbol) {
    return switch (symbol) {
      case "+" -> Arithmetic::sum;
      case "-" -> Arithmetic::difference;
      case "*" -> Arithmetic::product;
      case "/" -> Arithmetic::quotient;
      case "//" -> Arithmetic::floor;
      case "%" -> Arithmetic::remainder;
      default -> null;
    };
  }

  static Object negative(Object value) {
    if (value instanceof Long number && number != Long.MIN_VALUE) {
      return -number;
    }
    if (value instanceof Double number) {
      return -number;
    }
    throw Values.unfit("-", value);
  }

  private static Object sum(Rendering run, Object first, Object second) {
    if (first instanceof String text && second instanceof String more) {
      run.countCharacters((long) text.length() + more.length());
      return text + more;
    }
    if (first instanceof List<?> list
        && second instanceof List<?> more
        && (first instanceof Tuple) == (second instanceof Tuple)
        && !(first instanceof View || second instanceof View)) {
      run.countSteps((long) list.size() + more.size());
      List<Object> both = new ArrayList<>(list);
      both.addAll(more);
      return first instanceof Tuple ? new Tuple(both) : both;
    }
    if (first instanceof Long number && second instanceof Long more) {
      return exact(() -> Math.addExact(number, more));
    }
    requireNumbers("add", first, second);
    return ((Number) first).doubleValue() + ((Number) second).doubleValue();
  }

  private static Object difference(Rendering run, Object first, Object second) {
    if (first instanceof Long number && second instanceof Long less) {
      return exact(() -> Math.subtractExact(number, less));
    }
    requireNumbers("subtract", first, second);
    return ((Number) first).doubleValue() - ((Number) second).doubleValue();
  }

  private static Object product(Rendering run, Object first, Object second) {
    if (first instanceof Long number && second instanceof Long times) {
      return exact(() -> Math.multiplyExact(number, times));
    }
    if (first instanceof Long times && (second instanceof String || second instanceof List<?>)) {
      return repeated(run, second, times);
    }
    if (second instanceof Long times && (first instanceof String || first instanceof List<?>)) {
      return repeated(run, first, times);
    }
    requireNumbers("multiply", first, second);
    return ((Number) first).doubleValue() * ((Number) second).doubleValue();
  }

  private static Object repeated(Rendering run, Object value, long times) {
    int count = (int) Math.max(0, Math.min(times, Integer.MAX_VALUE));
    if (value instanceof String text) {
      run.countCharacters((long) text.length() * count);
      return text.repeat(count);
    }
    if (value instanceof View) {
      throw Values.unfit("*", value);
    }
    List<?> list = (List<?>) value;
    run.countSteps((long) list.size() * count);
    List<Object> repeated = new ArrayList<>();
    for (int i = 0; i < count && !list.isEmpty(); i++) {
      repeated.addAll(list);
    }
    return value instanceof Tuple ? new Tuple(repeated) : repeated;
  }

  private static Object quotient(Rendering run, Object first, Object second) {
    requireNumbers("divide", first, second);
    requireNotZero(second);
    for (Object value : new Object[] {first, second}) {
      if (value instanceof Long number && Math.abs(number) > EXACT) {
        throw new TemplateException("the number " + number + " is too large to be divided");
      }
    }
    return ((Number) first).doubleValue() / ((Number) second).doubleValue();
  }

  private static Object floor(Rendering run, Object first, Object second) {
    requireWhole("//", first, second);
    return Math.floorDiv((Long) first, (Long) second);
  }

  private static Object remainder(Rendering run, Object first, Object second) {
    requireWhole("%", first, second);
    return Math.floorMod((Long) first, (Long) second);
  }

  private static void requireWhole(String symbol, Object first, Object second) {
    if (!(first instanceof Long && second instanceof Long)) {
      throw Values.unfit(symbol, first instanceof Long ? second : first);
    }
    requireNotZero(second);
    if (second.equals(-1L) && first.equals(Long.MIN_VALUE)) {
      throw tooLarge();
    }
  }

  private static void requireNotZero(Object value) {
    if (((Number) value).doubleValue() == 0) {
      throw new TemplateException("division by zero");
    }
  }

  private static void requireNumbers(String verb, Object first, Object second) {
    for (Object value : new Object[] {first, second}) {
      if (value instanceof Undefined undefined) {
        throw undefined.useError();
      }
    }
    if (!(first instanceof Number && second instanceof Number)) {
      throw new TemplateException(
          "can't " + verb + " a " + Values.type(first) + " and a " + Values.type(second));
    }
  }

  private static Object exact(java.util.function.LongSupplier operation) {
    try {
      return operation.getAsLong();
    } catch (ArithmeticException e) {
      throw tooLarge();
    }
  }

  private static TemplateException tooLarge() {
    return new TemplateException("a number needs more than 64 bits");
  }
}
