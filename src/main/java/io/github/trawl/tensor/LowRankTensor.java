package io.github.trawl.tensor;

import java.io.Serializable;
import java.nio.FloatBuffer;

/**
 * A tensor of depth K, I rows and J columns in factored form; slice k is an I×J matrix. Each
 * implementation has a codec that stores it in factor files.
 *
 * <p>Factors are float32, row-major on the heap. Instances must not be changed after construction.
 */
public interface LowRankTensor extends Serializable {
  /** The number of slices, K. */
  int depth();

  /** The number of rows of a slice, I. */
  int rows();

  /** The number of columns of a slice, J. */
  int columns();

  /**
   * Writes a block of slice {@code slice} to {@code target}, row by row, and advances the buffer by
   * {@code rowCount · columnCount}. The block begins at row {@code rowStart} and column {@code
   * columnStart}.
   *
   * @throws IndexOutOfBoundsException if the block is not inside the tensor
   */
  void reconstruct(
      int slice, int rowStart, int rowCount, int columnStart, int columnCount, FloatBuffer target);

  /**
   * Returns the sizes of the components, in descending order. For a CP decomposition they are the
   * magnitudes of the weights, which are the singular values if there is one slice and the factors
   * are orthonormal. For a Tucker decomposition they are the norms of the core's slices along the
   * mode of the rows, core[·, q, ·].
   */
  float[] spectrum();
}
