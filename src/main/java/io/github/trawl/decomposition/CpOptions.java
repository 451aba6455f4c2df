package io.github.trawl.decomposition;

import java.io.Serializable;

/**
 * When CP-ALS stops, and whether it is accelerated.
 *
 * @param maxIterations at least 1
 * @param tolerance stop when the relative error changes by less than this twice in a row; 0 runs
 *     all iterations
 * @param acceleration what is done between iterations to need fewer of them
 */
public record CpOptions(int maxIterations, double tolerance, Acceleration acceleration)
    implements Serializable {
  /** Options without acceleration. */
  public CpOptions(int maxIterations, double tolerance) {
    this(maxIterations, tolerance, Acceleration.NONE);
  }

  /** Checks the ranges. */
  public CpOptions {
    if (maxIterations < 1) {
      throw new IllegalArgumentException("max iterations must be at least 1: " + maxIterations);
    }
    if (!(tolerance >= 0)) {
      throw new IllegalArgumentException("tolerance must not be negative: " + tolerance);
    }
  }
}
