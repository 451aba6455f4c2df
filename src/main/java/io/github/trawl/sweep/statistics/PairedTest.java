package io.github.trawl.sweep.statistics;

import org.apache.commons.statistics.inference.AlternativeHypothesis;
import org.apache.commons.statistics.inference.BinomialTest;
import org.apache.commons.statistics.inference.PValueMethod;
import org.apache.commons.statistics.inference.WilcoxonSignedRankTest;

/**
 * The result of a test of whether a point differs from another one, the reference, on the same
 * examples by more than chance.
 *
 * @param method which test
 * @param better on how many examples the point has the higher value
 * @param worse on how many examples the point has the lower value
 * @param twoSidedP the p value against "no difference"
 * @param betterP the p value against "not better"
 * @param worseP the p value against "not worse"
 */
public record PairedTest(
    Method method, int better, int worse, double twoSidedP, double betterP, double worseP) {
  /** The most examples for which the signed-rank test is exact, as in SciPy. */
  private static final int MAX_EXACT_EXAMPLES = 50;

  /** The tests. */
  public enum Method {
    /** For values 0 and 1. */
    MCNEMAR,
    /** For other values. */
    WILCOXON
  }

  /**
   * Tests by {@link #mcnemar} where all values of both points are 0 or 1, else by {@link
   * #wilcoxon}.
   *
   * @throws IllegalArgumentException as {@link #wilcoxon} does
   */
  public static PairedTest of(double[] values, double[] reference) {
    if (!Samples.areBinary(values) || !Samples.areBinary(reference)) {
      return wilcoxon(values, reference);
    }
    double[] differences = differences(values, reference);
    return mcnemar(better(differences), worse(differences));
  }

  /**
   * McNemar's exact test: under the null hypothesis each of the {@code better} + {@code worse}
   * examples on which two points differ is as likely to be a gain as a loss, so that the gains are
   * binomial (McNemar, Note on the sampling error of the difference between correlated proportions,
   * 1947; exact as in Fay, Two-sided exact tests and matching confidence intervals for discrete
   * data, 2010). The two-sided p value is twice the smaller tail, at most 1. Without any difference
   * all three are 1.
   *
   * @throws IllegalArgumentException if a count is negative
   */
  public static PairedTest mcnemar(int better, int worse) {
    return new PairedTest(
        Method.MCNEMAR,
        better,
        worse,
        mcnemar(better, worse, AlternativeHypothesis.TWO_SIDED),
        mcnemar(better, worse, AlternativeHypothesis.GREATER_THAN),
        mcnemar(better, worse, AlternativeHypothesis.LESS_THAN));
  }

  /**
   * Wilcoxon's signed-rank test: under the null hypothesis the differences are symmetric around 0
   * (Wilcoxon, Individual comparisons by ranking methods, 1945). It tests symmetry and not the
   * mean: it may also reject for skewed differences whose mean is 0.
   *
   * <p>Zeros are ranked with the rest and then left out, as Pratt proposed (Remarks on zeros and
   * ties in the Wilcoxon signed rank procedures, 1959): if they are dropped before ranking, as
   * Wilcoxon did, a point can become less significantly better by improving. Tied differences share
   * their mean rank. For up to 50 examples without ties and zeros the p values are exact. Otherwise
   * they come from the normal approximation, corrected for continuity, with the mean and variance
   * that the ranks at hand have under random signs (Cureton, The normal approximation to the
   * signed-rank sampling distribution when zero differences are present, 1967). Where all
   * differences are 0, all three p values are 1.
   *
   * @throws IllegalArgumentException if there are no examples, the lengths differ or a value is not
   *     finite
   */
  public static PairedTest wilcoxon(double[] values, double[] reference) {
    double[] differences = differences(values, reference);
    return new PairedTest(
        Method.WILCOXON,
        better(differences),
        worse(differences),
        wilcoxon(differences, AlternativeHypothesis.TWO_SIDED),
        wilcoxon(differences, AlternativeHypothesis.GREATER_THAN),
        wilcoxon(differences, AlternativeHypothesis.LESS_THAN));
  }

  /** Returns the {@link #worseP} of {@link #of} without computing the other two p values. */
  static double worseP(double[] values, double[] reference) {
    double[] differences = differences(values, reference);
    return Samples.areBinary(values) && Samples.areBinary(reference)
        ? mcnemar(better(differences), worse(differences), AlternativeHypothesis.LESS_THAN)
        : wilcoxon(differences, AlternativeHypothesis.LESS_THAN);
  }

  private static double mcnemar(int better, int worse, AlternativeHypothesis alternative) {
    if (better < 0 || worse < 0) {
      throw new IllegalArgumentException(
          "counts can't be negative: " + better + " better, " + worse + " worse");
    }
    if (better + worse == 0) {
      return 1;
    }
    return BinomialTest.withDefaults()
        .with(alternative)
        .test(Math.addExact(better, worse), better, 0.5)
        .getPValue();
  }

  private static double wilcoxon(double[] differences, AlternativeHypothesis alternative) {
    if (better(differences) + worse(differences) == 0) {
      return 1;
    }
    SignedRanks ranks = SignedRanks.of(differences);
    return ranks.size() <= MAX_EXACT_EXAMPLES && ranks.areDistinct()
        ? WilcoxonSignedRankTest.withDefaults()
            .with(alternative)
            .with(PValueMethod.EXACT)
            .test(differences)
            .getPValue()
        : ranks.approximateP(alternative);
  }

  private static double[] differences(double[] values, double[] reference) {
    Samples.requireExamples(values.length, 1);
    Samples.requireFinite(values);
    Samples.requireFinite(reference);
    return Samples.differences(values, reference);
  }

  private static int better(double[] differences) {
    int better = 0;
    for (double difference : differences) {
      better += difference > 0 ? 1 : 0;
    }
    return better;
  }

  private static int worse(double[] differences) {
    int worse = 0;
    for (double difference : differences) {
      worse += difference < 0 ? 1 : 0;
    }
    return worse;
  }
}
