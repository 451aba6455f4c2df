package io.github.trawl.sweep.statistics;

import java.util.stream.IntStream;

/**
 * The mean difference between two points on the same examples, with its uncertainty.
 *
 * @param mean the mean over the examples of the point's value less the other's
 * @param standardError of {@code mean}: the differences' standard deviation, by n − 1, over √n
 * @param interval the confidence interval of the mean over all examples of the same kind; if all
 *     differences are equal, both ends are that value, since the sample does not show their spread
 * @param examples n
 */
public record PairedDifference(double mean, double standardError, Interval interval, int examples) {
  /**
   * Returns the difference of {@code values} minus {@code reference}, one number per example each,
   * with the BCa bootstrap interval (Efron 1987) over examples.
   *
   * <p>BCa is used rather than the percentile interval because an edit that changes few answers has
   * differences that are mostly 0 and skewed. For these the probability that the true mean lies
   * beyond one end of the interval is wrong by order 1/√n with the percentile interval, and by
   * order 1/n with BCa (DiCiccio and Efron, Bootstrap Confidence Intervals, Statistical Science
   * 1996).
   *
   * @param confidence such as 0.95
   * @param resamples at least 100; with some thousands the ends depend little on the seed
   * @throws IllegalArgumentException if there are fewer than two examples, the lengths differ, a
   *     value is not finite, or another argument is out of its range
   */
  public static PairedDifference of(
      double[] values, double[] reference, double confidence, int resamples, long seed) {
    return of(values, reference, confidence, Resampling.bootstrap(resamples, seed));
  }

  static PairedDifference of(
      double[] values, double[] reference, double confidence, Resampling resampling) {
    if (!(confidence > 0 && confidence < 1)) {
      throw new IllegalArgumentException(
          "a confidence lies between 0 and 1, which " + confidence + " does not");
    }
    Samples.requireExamples(values.length, 2);
    Samples.requireFinite(values);
    Samples.requireFinite(reference);
    double[] differences = Samples.differences(values, reference);
    double mean = Samples.mean(differences);
    Interval interval =
        Samples.areEqual(differences)
            ? new Interval(differences[0], differences[0], confidence)
            : Bca.interval(differences, resampledSums(differences, resampling), confidence);
    return new PairedDifference(
        mean, Samples.standardError(differences), interval, differences.length);
  }

  private static double[] resampledSums(double[] differences, Resampling resampling) {
    return IntStream.range(0, resampling.count())
        .parallel()
        .mapToDouble(
            resample -> {
              float[] weights = new float[differences.length];
              resampling.fill(resample, weights);
              double sum = 0;
              for (int i = 0; i < weights.length; i++) {
                sum += weights[i] * differences[i];
              }
              return sum;
            })
        .toArray();
  }
}
