package io.github.trawl.evaluation.task;

import java.util.List;

/**
 * How one number is computed from a measure of all examples, by lm-evaluation-harness's formulas.
 */
enum Aggregation {
  /** The mean of a measure that is 0 or 1. */
  SHARE("mean") {
    @Override
    Estimate of(List<ExampleResult> results, String measure) {
      return Estimate.ofShare(column(results, measure));
    }
  },
  /** The mean. */
  MEAN("mean") {
    @Override
    Estimate of(List<ExampleResult> results, String measure) {
      return Estimate.ofMean(column(results, measure));
    }
  },
  /** exp(−mean). */
  PERPLEXITY("perplexity") {
    @Override
    Estimate of(List<ExampleResult> results, String measure) {
      return Estimate.ofMean(column(results, measure)).exponentialOfNegative();
    }
  },
  /** exp(−L / n) with L the total log-likelihood and n the total of the measure. */
  WEIGHTED_PERPLEXITY("weighted_perplexity") {
    @Override
    Estimate of(List<ExampleResult> results, String measure) {
      return Estimate.exact(Math.exp(-perUnit(results, measure)));
    }
  },
  /** −L / (n · ln 2), with L and n as for {@link #WEIGHTED_PERPLEXITY}. */
  BITS("bits_per_byte") {
    @Override
    Estimate of(List<ExampleResult> results, String measure) {
      return Estimate.exact(-perUnit(results, measure) / Math.log(2));
    }
  };

  private final String label;

  Aggregation(String label) {
    this.label = label;
  }

  /** Returns the name in task files of lm-evaluation-harness. */
  String label() {
    return label;
  }

  /**
   * Returns the number for the examples of a split.
   *
   * @param results at least one, in the order of their index
   * @param measure the name of the measure
   */
  abstract Estimate of(List<ExampleResult> results, String measure);

  private static double[] column(List<ExampleResult> results, String measure) {
    return results.stream().mapToDouble(result -> result.measures().get(measure)).toArray();
  }

  private static double perUnit(List<ExampleResult> results, String unit) {
    return total(results, Measures.LOG_LIKELIHOOD) / total(results, unit);
  }

  /**
   * Sums in the order of the examples, so that the result is the same wherever they were scored.
   */
  private static double total(List<ExampleResult> results, String measure) {
    double sum = 0;
    for (ExampleResult result : results) {
      sum += result.measures().get(measure);
    }
    return sum;
  }
}
