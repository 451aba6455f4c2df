package io.github.trawl.decomposition;

/**
 * Decides whether a solve ends before it has done the most iterations allowed: it does once the
 * relative error has changed by less than the tolerance twice in a row. One small change may be
 * chance: rounding in float32 moves the error by 1e-9 or more, and while convergence is slow a
 * single iteration may hardly change it.
 */
final class Convergence {
  private Convergence() {}

  /**
   * Whether the iterations have converged.
   *
   * @param errors the relative error after each iteration
   * @param iterations the number of iterations done
   * @param tolerance changes below it count as none; with 0 iterations never converge
   */
  static boolean reached(double[] errors, int iterations, double tolerance) {
    return iterations > 2
        && Math.abs(errors[iterations - 2] - errors[iterations - 1]) < tolerance
        && Math.abs(errors[iterations - 3] - errors[iterations - 2]) < tolerance;
  }
}
