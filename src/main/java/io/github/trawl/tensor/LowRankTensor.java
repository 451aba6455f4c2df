package io.github.trawl.tensor;

import java.io.Serializable;
import java.nio.FloatBuffer;

/**
 * A tensor of depth K, I rows and J columns in factored form; slice k is an I×J matrix. Each form
 * has a codec in factor files.
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
   * Writes rows {@code rowStart} … and columns {@code columnStart} … of slice {@code slice} to
   * {@code target}, row by row, and advances it by {@code rowCount · columnCount}.
   *
   * @throws IndexOutOfBoundsException if the block is not inside the tensor
   */
  void reconstruct(
      int slice, int rowStart, int rowCount, int columnStart, int columnCount, FloatBuffer target);

  /**
   * The sizes of its components, descending: of a CP decomposition the magnitudes of the weights,
   * which for a single slice of orthonormal factors are singular values; of a Tucker decomposition
   * the norms of the core's rows in the second mode.
   */
  float[] spectrum();
}
