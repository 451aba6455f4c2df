package io.github.trawl.bench;

import java.util.Arrays;
import java.util.stream.DoubleStream;
import java.util.stream.Stream;

/**
 * The values of the repetitions of one measurement, ascending, at least one.
 *
 * @param values in the unit of the row that holds them
 */
@SuppressWarnings("ArrayRecordComponent") // Written once, never handed out to be changed.
record Samples(double[] values) {
  Samples {
    if (values.length == 0) {
      throw new IllegalArgumentException("no samples");
    }
    values = values.clone();
    Arrays.sort(values);
  }

  static Samples of(double... values) {
    return new Samples(values);
  }

  double median() {
    int half = values.length / 2;
    return values.length % 2 == 1 ? values[half] : (values[half - 1] + values[half]) / 2;
  }

  double min() {
    return values[0];
  }

  double max() {
    return values[values.length - 1];
  }

  Samples times(double factor) {
    return new Samples(DoubleStream.of(values).map(value -> value * factor).toArray());
  }

  Samples and(Samples others) {
    return new Samples(
        Stream.of(values, others.values).flatMapToDouble(DoubleStream::of).toArray());
  }

  /**
   * Returns the quotient of the medians, with the smallest and the largest quotient of any two
   * samples.
   */
  Ratio over(Samples divisor) {
    return new Ratio(median() / divisor.median(), min() / divisor.max(), max() / divisor.min());
  }

  /**
   * @param median the quotient of the medians
   * @param min the smallest quotient of two samples
   * @param max the largest quotient of two samples
   */
  record Ratio(double median, double min, double max) {}
}
