package io.github.trawl.sweep.report;

import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Checks the components of this package's records. */
final class Require {
  private Require() {}

  /**
   * Checks a condition.
   *
   * @param message parts that are joined if the condition doesn't hold
   * @throws IllegalArgumentException if the condition doesn't hold
   */
  static void that(boolean condition, Object... message) {
    if (!condition) {
      throw new IllegalArgumentException(
          Stream.of(message).map(String::valueOf).collect(Collectors.joining()));
    }
  }

  static void requireNotBlank(String name, String value) {
    that(!value.isBlank(), name, " is blank");
  }

  static void finite(String name, double value) {
    that(Double.isFinite(value), name, " is no finite number: ", value);
  }

  static void notNegative(String name, double value) {
    that(value >= 0 && Double.isFinite(value), name, " is negative or no number: ", value);
  }

  static void probability(String name, double value) {
    that(value >= 0 && value <= 1, name, " is not in [0, 1]: ", value);
  }
}
