package io.github.trawl.decomposition;

import java.io.Serializable;

/**
 * The ranks of a Tucker decomposition and when its iterations stop.
 *
 * @param ranks the shape of the core; clipped to what the tensor allows
 * @param maxIterations at least 1
 * @param tolerance stop when the relative error changes by less than this twice in a row; 0 runs
 *     all iterations
 */
public record TuckerOptions(TuckerRanks ranks, int maxIterations, double tolerance)
    implements Serializable {
  /** The tolerance of the TRAWL paper (arXiv 2406.17261). */
  public static final double DEFAULT_TOLERANCE = 1e-4;

  /** Checks the ranges. */
  public TuckerOptions {
    if (maxIterations < 1) {
      throw new IllegalArgumentException("max iterations must be at least 1: " + maxIterations);
    }
    if (!(tolerance >= 0)) {
      throw new IllegalArgumentException("tolerance must not be negative: " + tolerance);
    }
  }
}
