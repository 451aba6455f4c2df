package io.github.trawl.evaluation.template;

import java.util.ArrayList;
import java.util.List;

/** Slices {@code [from:to:step]} of texts and lists. */
final class Slices {
  private Slices() {}

  /** Returns the characters {@code from}, inclusive, to {@code to}, exclusive, in code points. */
  static String of(String text, int from, int to) {
    int start = text.offsetByCodePoints(0, from);
    return text.substring(start, text.offsetByCodePoints(start, to - from));
  }

  /** Returns Python's slice {@code value[from:to:by]}; null stands for a bound that is left out. */
  static Object of(Rendering run, Object value, Object from, Object to, Object by) {
    if (!(value instanceof String || (value instanceof List<?> && !(value instanceof View)))) {
      throw Values.unfit("a slice", value);
    }
    long step = by == null ? 1 : whole(by);
    if (step == 0) {
      throw new TemplateException("a slice's step can't be 0");
    }
    int size = Values.size(value);
    int lowest = step > 0 ? 0 : -1;
    int highest = step > 0 ? size : size - 1;
    int start = bound(from, step > 0 ? lowest : highest, lowest, highest, size);
    int end = bound(to, step > 0 ? highest : lowest, lowest, highest, size);
    run.countSteps(Math.abs((long) end - start) / Math.min(Math.abs(step), Integer.MAX_VALUE));
    if (value instanceof String text) {
      run.countCharacters(text.length());
      return step == 1 ? of(text, start, Math.max(start, end)) : stepped(text, start, end, step);
    }
    List<?> list = (List<?>) value;
    List<Object> taken = new ArrayList<>();
    for (long i = start; step > 0 ? i < end : i > end; i += step) {
      taken.add(list.get((int) i));
    }
    return value instanceof Tuple ? new Tuple(taken) : taken;
  }

  private static String stepped(String text, int start, int end, long step) {
    int[] characters = text.codePoints().toArray();
    StringBuilder taken = new StringBuilder();
    for (long i = start; step > 0 ? i < end : i > end; i += step) {
      taken.appendCodePoint(characters[(int) i]);
    }
    return taken.toString();
  }

  /** Returns a bound within {@code least} and {@code most}; {@code absent} if it is left out. */
  private static int bound(Object value, int absent, int least, int most, int size) {
    if (value == null) {
      return absent;
    }
    long number = whole(value);
    return (int) Math.max(least, Math.min(most, number < 0 ? number + size : number));
  }

  private static long whole(Object value) {
    if (value instanceof Long number && Math.abs(number) <= Integer.MAX_VALUE) {
      return number;
    }
    if (value instanceof Undefined undefined) {
      throw undefined.useError();
    }
    throw new TemplateException(
        "a slice needs whole numbers, found a " + Values.type(value) + " or too large a one");
  }
}
