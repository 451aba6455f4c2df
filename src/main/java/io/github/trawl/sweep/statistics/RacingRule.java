package io.github.trawl.sweep.statistics;

import java.util.Arrays;
import java.util.List;

/**
 * Decides which points drop out of a race because they are worse than the best so far.
 *
 * <p>All points that have not dropped out, the live ones, see the same examples in growing blocks.
 * After each block there is a look, at which points may drop out: the leader is the point of the
 * highest mean over all examples so far, and a point drops out if a one-sided paired test ({@link
 * PairedTest#of}: McNemar's for values 0 and 1, else Wilcoxon's) finds at {@link #level} that it is
 * worse than the leader.
 *
 * <p><b>Guarantee.</b> The level is Bonferroni's over looks and rivals, α / (K · (P − 1)). A point
 * that is truly best drops out only if some rival looks better than it at that level at some look,
 * and for any one rival and look this has a probability of at most the level. So the probability
 * that a given best point ever drops out is at most α, whatever the dependence between points, the
 * spacing of looks and the leader. With McNemar's test this holds for every number of examples;
 * with Wilcoxon's it is for differences that are symmetric around their centre, and approximate
 * where there are ties or more than 50 examples. It is assumed that the order of the examples does
 * not depend on the points, and that the best point's values are finite.
 *
 * <p>Holm's less strict step-down over the points can't be used: it is valid for a rival that is
 * fixed in advance, but the leader is chosen by the same values.
 *
 * @param points P, how many points the race begins with, at least 1; not the number of live points,
 *     which depends on the values
 * @param looks K, how many looks are planned, at least 1
 * @param alpha α, between 0 and 1
 */
public record RacingRule(int points, int looks, double alpha) {
  /**
   * Checks the ranges.
   *
   * @throws IllegalArgumentException if one is not in its range
   */
  public RacingRule {
    if (points < 1 || looks < 1 || !(alpha > 0 && alpha < 1)) {
      throw new IllegalArgumentException(
          "a race of "
              + points
              + " points with "
              + looks
              + " looks at "
              + alpha
              + " can't be held");
    }
  }

  /** Returns the level of each single test. */
  public double level() {
    return alpha / looks / Math.max(1, points - 1);
  }

  /**
   * Decides which points drop out at look {@code look}. The guarantee allows one call per look.
   *
   * <ul>
   *   <li>A point with a value that is NaN or infinite never leads, and drops out.
   *   <li>Points with identical values stay or drop out together.
   *   <li>Of several points with the highest mean, the first leads.
   * </ul>
   *
   * @param look 1 to K
   * @param values the values of each live point, one per example so far
   * @throws IllegalArgumentException if {@code look} is not a planned one, there are no live points
   *     or more than the race began with, there are no examples, or lengths differ
   */
  public RacingDecision decide(int look, List<double[]> values) {
    if (look < 1 || look > looks) {
      throw new IllegalArgumentException("look " + look + " is none of the " + looks + " planned");
    }
    if (values.isEmpty() || values.size() > points) {
      throw new IllegalArgumentException(
          values.size() + " live points in a race of " + points + " points");
    }
    Samples.requireExamples(values.get(0).length, 1);
    values.forEach(one -> Samples.requireSameExamples(one, values.get(0)));
    int leader = leader(values);
    double[] worseP = new double[values.size()];
    Arrays.parallelSetAll(worseP, point -> worseP(values, point, leader));
    return new RacingDecision(leader, worseP, level());
  }

  /** Returns the point of the highest mean, or −1 if no point has finite values. */
  private static int leader(List<double[]> values) {
    int leader = -1;
    double highest = Double.NEGATIVE_INFINITY;
    for (int point = 0; point < values.size(); point++) {
      double sum =
          Samples.areFinite(values.get(point)) ? Samples.sum(values.get(point)) : Double.NaN;
      if (sum > highest) {
        highest = sum;
        leader = point;
      }
    }
    return leader;
  }

  private static double worseP(List<double[]> values, int point, int leader) {
    if (!Samples.areFinite(values.get(point))) {
      return Double.NaN;
    }
    return point == leader ? 1 : PairedTest.worseP(values.get(point), values.get(leader));
  }
}
