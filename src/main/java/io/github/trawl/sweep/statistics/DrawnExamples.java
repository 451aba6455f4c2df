package io.github.trawl.sweep.statistics;

import java.util.Arrays;

/** The examples that one resample holds, in ascending order, and how often it holds each. */
final class DrawnExamples {
  private final int[] examples;
  private final float[] counts;

  private DrawnExamples(int[] examples, float[] counts) {
    this.examples = examples;
    this.counts = counts;
  }

  /**
   * Draws a resample.
   *
   * @param examples how many examples there are
   */
  static DrawnExamples of(Resampling resampling, int resample, int examples) {
    float[] weights = new float[examples];
    resampling.fill(resample, weights);
    int[] drawn = new int[examples];
    int size = 0;
    for (int i = 0; i < examples; i++) {
      if (weights[i] != 0) {
        weights[size] = weights[i];
        drawn[size++] = i;
      }
    }
    return new DrawnExamples(Arrays.copyOf(drawn, size), Arrays.copyOf(weights, size));
  }

  /**
   * Returns the index, among the drawn examples, of the first whose number is at least {@code
   * example}; their count if there is none.
   */
  int ceilingIndex(int example) {
    int place = Arrays.binarySearch(examples, example);
    return place < 0 ? -place - 1 : place;
  }

  /**
   * Adds to {@code sums} the differences of the drawn examples at the indices {@code from}
   * (inclusive) to {@code to} (exclusive), multiplied by their counts.
   *
   * @param sums one for each point of the group
   * @param group the differences of a group, as returned by {@link DifferenceMatrix#group}
   */
  void addTo(float[] sums, float[] group, int from, int to) {
    int place = from;
    // Four at a time: otherwise the sums would be loaded and stored for every product.
    for (; place + 3 < to; place += 4) {
      int first = examples[place] * DifferenceMatrix.GROUP_SIZE;
      int second = examples[place + 1] * DifferenceMatrix.GROUP_SIZE;
      int third = examples[place + 2] * DifferenceMatrix.GROUP_SIZE;
      int fourth = examples[place + 3] * DifferenceMatrix.GROUP_SIZE;
      float firstCount = counts[place];
      float secondCount = counts[place + 1];
      float thirdCount = counts[place + 2];
      float fourthCount = counts[place + 3];
      for (int p = 0; p < DifferenceMatrix.GROUP_SIZE; p++) {
        sums[p] +=
            firstCount * group[first + p]
                + secondCount * group[second + p]
                + thirdCount * group[third + p]
                + fourthCount * group[fourth + p];
      }
    }
    for (; place < to; place++) {
      int example = examples[place] * DifferenceMatrix.GROUP_SIZE;
      float count = counts[place];
      for (int p = 0; p < DifferenceMatrix.GROUP_SIZE; p++) {
        sums[p] += count * group[example + p];
      }
    }
  }
}
