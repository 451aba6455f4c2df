package io.github.trawl.sweep.report;

/** What the records of this package demand of their components. */
final class Require {
  private Require() {}

  static void that(boolean condition, String message, Object... arguments) {
    if (!condition) {
      throw new IllegalArgumentException(String.format(message, arguments));
    }
  }

  static void text(String name, String value) {
    that(!value.isBlank(), "%s is blank", name);
  }

  static void finite(String name, double value) {
    that(Double.isFinite(value), "%s is no finite number: %s", name, value);
  }

  static void notNegative(String name, double value) {
    that(value >= 0 && Double.isFinite(value), "%s is negative or no number: %s", name, value);
  }

  static void probability(String name, double value) {
    that(value >= 0 && value <= 1, "%s is not in [0, 1]: %s", name, value);
  }
}
