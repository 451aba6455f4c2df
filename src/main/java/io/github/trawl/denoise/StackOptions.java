package io.github.trawl.denoise;

import io.github.trawl.decomposition.Acceleration;
import io.github.trawl.decomposition.FactorStart;
import java.io.Serializable;

/**
 * How every stack of a run is decomposed.
 *
 * @param rank the rank; {@link #NO_RANK} where a ratio is given
 * @param ratio ρ in (0, 1], for SVD: the rank is ⌊ρ · min(rows, columns)⌋ (LASER, arXiv
 *     2312.13558); NaN where a rank is given
 * @param seed of the random start of CP
 * @param maxIterations at least 1
 * @param tolerance on the change of the relative error
 * @param start of CP
 * @param acceleration of CP
 */
public record StackOptions(
    DecompositionMethod method,
    int rank,
    double ratio,
    long seed,
    int maxIterations,
    double tolerance,
    FactorStart start,
    Acceleration acceleration)
    implements Serializable {
  /** Marks the absence of a rank. */
  public static final int NO_RANK = 0;

  /** Options with the start of the paper and without acceleration. */
  public StackOptions(
      DecompositionMethod method,
      int rank,
      double ratio,
      long seed,
      int maxIterations,
      double tolerance) {
    this(
        method,
        rank,
        ratio,
        seed,
        maxIterations,
        tolerance,
        FactorStart.UNIFORM,
        Acceleration.NONE);
  }

  /** Checks that there is either a rank or, for SVD, a ratio. */
  public StackOptions {
    boolean ranked = rank >= 1 && Double.isNaN(ratio);
    boolean proportional =
        rank == NO_RANK && ratio > 0 && ratio <= 1 && method == DecompositionMethod.SVD;
    if (!ranked && !proportional) {
      throw new IllegalArgumentException("rank " + rank + " and ratio " + ratio + " for " + method);
    }
  }

  /** The rank for matrices of this shape, at least 1. */
  int rankFor(int rows, int columns) {
    return rank != NO_RANK ? rank : Math.max(1, (int) (ratio * Math.min(rows, columns)));
  }
}
