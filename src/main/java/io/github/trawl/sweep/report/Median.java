package io.github.trawl.sweep.report;

import java.util.List;

/** Computes medians; that of an even number of values is the mean of the two in the middle. */
final class Median {
  private Median() {}

  /** Returns the median of at least one value, in any order. */
  static double of(List<Double> values) {
    List<Double> sorted = values.stream().sorted().toList();
    int size = sorted.size();
    return (sorted.get((size - 1) / 2) + sorted.get(size / 2)) / 2;
  }
}
