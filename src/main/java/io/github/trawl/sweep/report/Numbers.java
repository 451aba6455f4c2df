package io.github.trawl.sweep.report;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.Locale;

/** Formats numbers for readers of the page. */
final class Numbers {
  private static final String[] BYTE_UNITS = {"B", "kB", "MB", "GB", "TB", "PB"};
  private static final double SMALLEST_P = 1e-4;
  private static final String MINUS = "\u2212";

  /** Keeps a number and its unit on one line. */
  private static final String SPACE = "\u00a0";

  private final SelectionMetric metric;

  Numbers(SelectionMetric metric) {
    this.metric = metric;
  }

  /**
   * Returns a value, such as {@code 25.40 %}; with four significant digits if the metric is not a
   * proportion.
   */
  String value(double value) {
    return metric.proportion() ? percent(value) : digits(value);
  }

  String value(Score score) {
    return value(score.value());
  }

  /**
   * Returns the interval of a score, such as {@code [24.71, 26.10]}, in the unit of {@link #value}.
   */
  String interval(Score score) {
    return "[" + withoutUnit(score.low()) + ", " + withoutUnit(score.high()) + "]";
  }

  /**
   * Returns a difference with its sign, such as {@code +2.20}; in percentage points if the metric
   * is a proportion.
   */
  String difference(double difference) {
    String text = withoutUnit(difference);
    return text.startsWith(MINUS) || isZero(text) ? text : "+" + text;
  }

  String interval(Difference difference) {
    return "[" + difference(difference.low()) + ", " + difference(difference.high()) + "]";
  }

  /**
   * Returns the unit of {@link #difference} after a space: "points", or nothing if the metric is
   * not a proportion.
   */
  String differenceUnit() {
    return metric.proportion() ? SPACE + "points" : "";
  }

  private String withoutUnit(double value) {
    return metric.proportion() ? decimals(100 * value, 2) : digits(value);
  }

  static String otherScore(OtherScore score) {
    return score.proportion() ? percent(score.value()) : digits(score.value());
  }

  static String percent(double value) {
    return decimals(100 * value, 2) + SPACE + "%";
  }

  /** Returns a number with four significant digits. */
  static String digits(double value) {
    if (value == 0) {
      return "0";
    }
    BigDecimal rounded = new BigDecimal(value).round(new MathContext(4, RoundingMode.HALF_EVEN));
    double size = Math.abs(value);
    String text =
        size >= 1e-4 && size < 1e7
            ? rounded.toPlainString()
            : String.format(Locale.ROOT, "%.3e", value);
    return text.replace("-", MINUS);
  }

  static String decimals(double value, int count) {
    String text = String.format(Locale.ROOT, "%." + count + "f", value);
    return text.startsWith("-")
        ? isZero(text) ? text.substring(1) : MINUS + text.substring(1)
        : text;
  }

  /** Returns whether a formatted number shows no digit but 0. */
  private static boolean isZero(String text) {
    return text.chars().noneMatch(character -> character >= '1' && character <= '9');
  }

  /** Returns a p value, such as {@code 0.43}, {@code 0.031}, {@code 0.0071} or {@code < 0.0001}. */
  static String p(double p) {
    if (p < SMALLEST_P) {
      return "<" + SPACE + "0.0001";
    }
    return p >= 0.1 ? decimals(p, 2) : p >= 0.01 ? decimals(p, 3) : decimals(p, 4);
  }

  /** Returns a p value as a statement, such as {@code p = 0.031} or {@code p < 0.0001}. */
  static String pEquals(double p) {
    return "p" + SPACE + (p < SMALLEST_P ? "" : "=" + SPACE) + p(p);
  }

  /** Returns a count, such as {@code 16,257}. */
  static String count(long count) {
    return String.format(Locale.ROOT, "%,d", count);
  }

  /** Returns a count with its noun, such as {@code 1 point} or {@code 2 points}. */
  static String count(long count, String noun) {
    return count(count) + SPACE + noun + (count == 1 ? "" : "s");
  }

  static String bytes(long bytes) {
    double value = bytes;
    int unit = 0;
    // From 999.95 on one decimal would show 1000.0.
    while (value >= 999.95 && unit < BYTE_UNITS.length - 1) {
      value /= 1000;
      unit++;
    }
    return (unit == 0 ? count(bytes) : decimals(value, 1)) + SPACE + BYTE_UNITS[unit];
  }

  static String seconds(double seconds) {
    if (seconds < 60) {
      return decimals(seconds, seconds < 10 ? 2 : 1) + SPACE + "s";
    }
    long all = Math.round(seconds);
    if (all < 3600) {
      return String.format(Locale.ROOT, "%d\u00a0min %02d\u00a0s", all / 60, all % 60);
    }
    return String.format(
        Locale.ROOT, "%s\u00a0h %02d\u00a0min", count(all / 3600), all % 3600 / 60);
  }
}
