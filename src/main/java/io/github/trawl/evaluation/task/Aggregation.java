package io.github.trawl.evaluation.task;

import java.util.List;

/** How the measures of examples become one number; the formulas are lm-evaluation-harness's. */
enum Aggregation {
  SHARE {
    @Override
    Estimate of(List<ExampleResult> results, String measure) {
      return Estimate.ofShare(column(results, measure));
    }
  },
  MEAN {
    @Override
    Estimate of(List<ExampleResult> results, String measure) {
      return Estimate.ofMean(column(results, measure));
    }
  },
  PERPLEXITY {
    @Override
    Estimate of(List<ExampleResult> results, String measure) {
      return Estimate.ofMean(column(results, measure)).exponentialOfNegative();
    }
  },
  WEIGHTED_PERPLEXITY {
    @Override
    Estimate of(List<ExampleResult> results, String measure) {
      return Estimate.exact(Math.exp(-perUnit(results, measure)));
    }
  },
  BITS {
    @Override
    Estimate of(List<ExampleResult> results, String measure) {
      return Estimate.exact(-perUnit(results, measure) / Math.log(2));
    }
  };

  /** The number for a split; {@code results} are not empty and in the order of their index. */
  abstract Estimate of(List<ExampleResult> results, String measure);

  private static double[] column(List<ExampleResult> results, String measure) {
    return results.stream().mapToDouble(result -> result.measures().get(measure)).toArray();
  }

  private static double perUnit(List<ExampleResult> results, String unit) {
    return total(results, Measures.LOG_LIKELIHOOD) / total(results, unit);
  }

  /** Sums in the order of the examples: the same bits wherever they were scored. */
  private static double total(List<ExampleResult> results, String measure) {
    double sum = 0;
    for (ExampleResult result : results) {
      sum += result.measures().get(measure);
    }
    return sum;
  }
}
