package io.github.trawl.sweep.statistics;

import java.util.Arrays;
import java.util.List;

/**
 * The spread of the scores of points that differ only in their seeds, to be compared with the
 * uncertainty that the examples leave.
 *
 * @param seeds how many seeds there are
 * @param mean of the scores, a score being the mean of a point's values
 * @param standardDeviation of the scores, with divisor n − 1; NaN for one seed
 * @param minimum the lowest score
 * @param maximum the highest score
 * @param difference of the mean over these seeds to the reference, example by example: the average
 *     gain of the edit. Its interval is over examples, with these seeds held fixed
 */
public record SeedSpread(
    int seeds,
    double mean,
    double standardDeviation,
    double minimum,
    double maximum,
    PairedDifference difference) {
  /**
   * Returns the spread of points with {@code values}, one array per seed.
   *
   * @param reference the values of the unmodified model on the same examples
   * @throws IllegalArgumentException if there is no seed, or as {@link PairedDifference#of} says
   */
  public static SeedSpread of(
      List<double[]> values, double[] reference, double confidence, int resamples, long seed) {
    if (values.isEmpty()) {
      throw new IllegalArgumentException("a spread over seeds needs at least one seed");
    }
    double[] means = new double[reference.length];
    for (double[] one : values) {
      Samples.requireSameExamples(one, reference);
      Samples.requireFinite(one);
      Arrays.setAll(means, i -> means[i] + one[i] / values.size());
    }
    double[] scores = values.stream().mapToDouble(Samples::mean).toArray();
    return new SeedSpread(
        scores.length,
        Samples.mean(scores),
        Samples.standardDeviation(scores),
        Arrays.stream(scores).min().orElseThrow(),
        Arrays.stream(scores).max().orElseThrow(),
        PairedDifference.of(means, reference, confidence, resamples, seed));
  }
}
