package io.github.trawl.ml;

import java.io.Serializable;

/**
 * A low-rank tensor whose row i of slice k is written as B·W[k]·a[i], with a factor a[i] for each
 * row and a matrix W[k] for each slice.
 */
interface RowTensor extends Serializable {
  /** The number of slices, K. */
  int depth();

  /** The length of the factor a[i] of a row. */
  int rowRank();

  /** The number of columns of B. */
  int columnRank();

  /** The factors a[i] of the rows, I rows of {@link #rowRank} values. */
  float[] rowFactors();

  /** B, J rows of {@link #columnRank} values. */
  float[] columnFactors();

  /** Computes W[k] of a slice k, {@link #columnRank} rows of {@link #rowRank} values. */
  double[] sliceMatrix(int slice);
}
