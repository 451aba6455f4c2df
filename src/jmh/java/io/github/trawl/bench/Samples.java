package io.github.trawl.bench;

import java.util.Arrays;
import java.util.stream.DoubleStream;
import java.util.stream.Stream;

/**
 * What the repetitions of one measurement gave, in ascending order, at least one value.
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

  /** The quotient of medians, with the smallest and the largest that any two samples give. */
  Ratio over(Samples divisor) {
    return new Ratio(median() / divisor.median(), min() / divisor.max(), max() / divisor.min());
  }

  /**
   * @param median of medians
   * @param min the least favourable
   * @param max the most favourable
   */
  record Ratio(double median, double min, double max) {}
}
