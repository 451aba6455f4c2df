package io.github.trawl.decomposition;

/** The distribution of the random entries that CP-ALS starts from. */
public enum StartDistribution {
  /** Uniform in [0, 1), as in TensorLy and the paper. */
  UNIFORM,
  /**
   * Uniform in [−1/2, 1/2). Columns without negative entries all point in similar directions;
   * weights do not, and ALS would spend iterations on turning the columns apart.
   */
  CENTRED
}
