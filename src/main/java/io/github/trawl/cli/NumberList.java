package io.github.trawl.cli;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * A list of whole numbers as a user writes it: {@code 64}, {@code 16,64,256}, {@code 1..100} or
 * {@code 1..10,20}.
 *
 * @param text the list as the user wrote it
 * @param values the numbers in that order, all different, at least one
 */
record NumberList(String text, List<Long> values) {
  /**
   * The most numbers in a list. A longer list is taken for a mistake: no solve computes so many
   * decompositions.
   */
  private static final int MAX_NUMBERS = 10_000;

  private static final Pattern RANGE = Pattern.compile("(-?\\d{1,18})\\.\\.(-?\\d{1,18})");

  /**
   * Parses a list.
   *
   * @throws TypeConversionException if {@code text} is no such list, or names a number twice
   */
  static NumberList of(String text) {
    List<Long> values = new ArrayList<>();
    for (String part : text.split(",", -1)) {
      add(part.trim(), values, text);
    }
    if (new HashSet<>(values).size() != values.size()) {
      throw new TypeConversionException("'" + text + "' names a number twice");
    }
    return new NumberList(text, List.copyOf(values));
  }

  /** Parses the value of a flag for picocli. */
  static final class Converter implements ITypeConverter<NumberList> {
    @Override
    public NumberList convert(String text) {
      return of(text);
    }
  }

  private static void add(String part, List<Long> values, String text) {
    Matcher range = RANGE.matcher(part);
    long first = number(range.matches() ? range.group(1) : part, text);
    long last = range.matches() ? number(range.group(2), text) : first;
    if (first > last) {
      throw new TypeConversionException(
          "the range " + part + " is empty; write " + last + ".." + first);
    }
    if (last - first >= MAX_NUMBERS - values.size()) {
      throw new TypeConversionException(
          "'" + text + "' names more than " + MAX_NUMBERS + " numbers");
    }
    // Counts steps, as a loop up to a last number of Long.MAX_VALUE would never end.
    for (long step = 0; step <= last - first; step++) {
      values.add(first + step);
    }
  }

  private static long number(String digits, String text) {
    try {
      return Long.parseLong(digits);
    } catch (NumberFormatException e) {
      throw new TypeConversionException(
          "'" + text + "' is no number, list such as 16,64,256 or range such as 1..100");
    }
  }

  @Override
  public String toString() {
    return text;
  }
}
