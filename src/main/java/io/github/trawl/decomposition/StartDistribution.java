package io.github.trawl.decomposition;

/** The distribution of the random entries that CP-ALS starts from. */
public enum StartDistribution {
  /** Uniform in [0, 1), as in TensorLy and the paper. */
  UNIFORM,
  /**
   * Uniform in [−1/2, 1/2). Columns without negative entries all point in similar directions. The
   * rows and columns of weight matrices do not, so that ALS with the uniform start spends its first
   * iterations on turning the columns apart.
   */
  CENTRED
}
