package io.github.trawl.sweep.statistics;

import java.util.Arrays;

/**
 * Chooses the mildest point that is about as good as the best, by the one-standard-error rule of
 * Breiman, Friedman, Olshen and Stone (Classification and Regression Trees, 1984). The standard
 * error is that of the paired difference to the best, not that of the best point's own score, since
 * all points saw the same examples.
 *
 * <p>This is a rule of choice and not a test: a point that is truly worse by one standard error
 * passes about half of the time.
 */
public final class OneStandardErrorRule {
  /**
   * Relative tolerance for rounding: a point that is worse by 1 on a single example is exactly one
   * standard error below the best, and must pass.
   */
  private static final double ROUNDING = 1e-9;

  private OneStandardErrorRule() {}

  /**
   * Returns the first point of {@code mildestFirst} whose mean is below the highest mean by at most
   * one standard error of the difference. Unusable points are skipped. Of several points with the
   * highest mean the mildest counts as the best.
   *
   * @param mildestFirst all points, from the mildest edit to the harshest
   * @throws IllegalArgumentException if {@code mildestFirst} does not name every point once, or no
   *     point is usable
   */
  public static int mildest(DifferenceMatrix differences, int... mildestFirst) {
    requirePermutation(mildestFirst, differences.points());
    int best = best(differences, mildestFirst);
    return Arrays.stream(mildestFirst)
        .filter(differences::isUsable)
        .filter(point -> isWithinOneStandardError(differences, best, point))
        .findFirst()
        .orElse(best);
  }

  private static int best(DifferenceMatrix differences, int[] mildestFirst) {
    int best = -1;
    for (int point : mildestFirst) {
      if (differences.isUsable(point)
          && (best < 0 || differences.sum(point) > differences.sum(best))) {
        best = point;
      }
    }
    if (best < 0) {
      throw new IllegalArgumentException("every point has values that are not finite");
    }
    return best;
  }

  private static boolean isWithinOneStandardError(
      DifferenceMatrix differences, int best, int point) {
    double[] below = differences.between(best, point);
    return Samples.mean(below) <= Samples.standardError(below) * (1 + ROUNDING);
  }

  private static void requirePermutation(int[] order, int points) {
    int[] sorted = order.clone();
    Arrays.sort(sorted);
    for (int i = 0; i < sorted.length; i++) {
      if (sorted[i] != i) {
        throw new IllegalArgumentException(
            "an order names each of " + points + " points once: " + Arrays.toString(order));
      }
    }
    if (sorted.length != points) {
      throw new IllegalArgumentException(
          "an order of " + sorted.length + " points was given for " + points);
    }
  }
}
