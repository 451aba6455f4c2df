package io.github.trawl.decomposition;

/**
 * When iterations end before their largest number: once the relative error has changed by less than
 * the tolerance twice in a row. One small change may be chance: rounding moves an error of float32
 * sums by about 1e-9 and more, and a slow stretch has single iterations that hardly change it.
 */
final class Convergence {
  private Convergence() {}

  /**
   * Whether the iterations have converged.
   *
   * @param errors the relative error after each iteration
   * @param iterations how many are done
   * @param tolerance changes below it count as none; 0 for never
   */
  static boolean reached(double[] errors, int iterations, double tolerance) {
    return iterations > 2
        && Math.abs(errors[iterations - 2] - errors[iterations - 1]) < tolerance
        && Math.abs(errors[iterations - 3] - errors[iterations - 2]) < tolerance;
  }
}
