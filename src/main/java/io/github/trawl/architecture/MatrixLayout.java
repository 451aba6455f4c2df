package io.github.trawl.architecture;

import java.io.Serializable;

/**
 * How a logical matrix lies in a stored two-dimensional tensor.
 *
 * <p>The matrix of a linear layer maps input features to output features. Where several matrices
 * share a tensor, the features of one take up only a part of a stored dimension.
 *
 * @param outputs where the output features lie
 * @param inputs where the input features lie
 * @param inputsFirst whether the tensor is stored {@code [in, out]}, as GPT-2 does, and not {@code
 *     [out, in]}
 * @param transposed whether the logical matrix is {@code [in, out]} and not {@code [out, in]}
 */
public record MatrixLayout(
    StoredAxis outputs, StoredAxis inputs, boolean inputsFirst, boolean transposed)
    implements Serializable {

  /** The layout of the matrix that fills a whole tensor of {@code outputs × inputs}. */
  public static MatrixLayout whole(int outputs, int inputs) {
    return new MatrixLayout(
        StoredAxis.range(0, outputs), StoredAxis.range(0, inputs), false, false);
  }

  /** Rows of the logical matrix. */
  public int rows() {
    return (transposed ? inputs : outputs).size();
  }

  /** Columns of the logical matrix. */
  public int columns() {
    return (transposed ? outputs : inputs).size();
  }

  /** The layout of the transposed logical matrix in the same tensor. */
  public MatrixLayout transpose() {
    return new MatrixLayout(outputs, inputs, inputsFirst, !transposed);
  }

  /** Whether rows of the logical matrix are columns of the stored tensor. */
  boolean isStoredTransposed() {
    return inputsFirst != transposed;
  }

  /** The axis along the first dimension of the tensor. */
  StoredAxis storedRows() {
    return inputsFirst ? inputs : outputs;
  }

  /** The axis along the last dimension of the tensor. */
  StoredAxis storedColumns() {
    return inputsFirst ? outputs : inputs;
  }
}
