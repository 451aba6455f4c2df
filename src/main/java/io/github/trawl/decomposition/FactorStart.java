package io.github.trawl.decomposition;

/** The distribution of the random entries that CP-ALS starts from. */
public enum FactorStart {
  /** Uniform in [0, 1), as in TensorLy and the paper. */
  UNIFORM,
  /**
   * Uniform in [−1/2, 1/2). The columns of a start without negative entries all point the same way;
   * weights have no such direction, and ALS spends iterations on turning the columns apart.
   */
  CENTRED
}
