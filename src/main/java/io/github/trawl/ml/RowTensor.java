package io.github.trawl.ml;

import java.io.Serializable;

/**
 * A low-rank tensor as its rows see it: row i of slice k is B·W[k]·a[i], for a factor a[i] of the
 * row and a matrix W[k] of the slice.
 */
interface RowTensor extends Serializable {
  /** The number of slices, K. */
  int depth();

  /** The length of the factor of a row. */
  int rowRank();

  /** The number of columns of B. */
  int columnRank();

  /** The factors of the rows, I rows of {@link #rowRank} values. */
  float[] rowFactors();

  /** B, J rows of {@link #columnRank} values. */
  float[] columnFactors();

  /** W of a slice, {@link #columnRank} rows of {@link #rowRank} values. */
  double[] mixing(int slice);
}
