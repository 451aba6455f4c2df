package io.github.trawl.sweep.statistics;

/** Checks and sums the values of a point. */
final class Samples {
  private Samples() {}

  /** Refuses two arrays of different lengths, which can't be of the same examples. */
  static void requireSameExamples(double[] values, double[] reference) {
    if (values.length != reference.length) {
      throw new IllegalArgumentException(
          "values of " + values.length + " and " + reference.length + " examples can't be paired");
    }
  }

  /** Refuses a sample of fewer than {@code least} examples. */
  static void requireExamples(int examples, int least) {
    if (examples < least) {
      throw new IllegalArgumentException(
          "at least " + least + " examples are needed, not " + examples);
    }
  }

  /** Refuses NaN and infinities; the message names the first such example. */
  static void requireFinite(double[] values) {
    for (int i = 0; i < values.length; i++) {
      if (!Double.isFinite(values[i])) {
        throw new IllegalArgumentException("example " + i + " has the value " + values[i]);
      }
    }
  }

  static boolean areFinite(double[] values) {
    for (double value : values) {
      if (!Double.isFinite(value)) {
        return false;
      }
    }
    return true;
  }

  /** Returns whether every value is 0 or 1. */
  static boolean areBinary(double[] values) {
    for (double value : values) {
      if (value != 0 && value != 1) {
        return false;
      }
    }
    return true;
  }

  static boolean areEqual(double[] values) {
    for (double value : values) {
      if (value != values[0]) {
        return false;
      }
    }
    return true;
  }

  /** Returns {@code values} − {@code reference}, example by example. */
  static double[] differences(double[] values, double[] reference) {
    requireSameExamples(values, reference);
    double[] differences = new double[values.length];
    for (int i = 0; i < values.length; i++) {
      differences[i] = values[i] - reference[i];
    }
    return differences;
  }

  /** Returns the mean; NaN if there are no values. */
  static double mean(double[] values) {
    return sum(values) / values.length;
  }

  static double sum(double[] values) {
    double sum = 0;
    for (double value : values) {
      sum += value;
    }
    return sum;
  }

  /**
   * Returns the standard deviation, with divisor n − 1; NaN for fewer than two values, exactly 0 if
   * all are equal.
   */
  static double standardDeviation(double[] values) {
    if (values.length < 2) {
      return Double.NaN;
    }
    if (areEqual(values)) {
      // The mean of equal values may differ from them by rounding.
      return 0;
    }
    double mean = mean(values);
    double squares = 0;
    for (double value : values) {
      squares += (value - mean) * (value - mean);
    }
    return Math.sqrt(squares / (values.length - 1));
  }

  static double standardError(double[] values) {
    return standardDeviation(values) / Math.sqrt(values.length);
  }
}
