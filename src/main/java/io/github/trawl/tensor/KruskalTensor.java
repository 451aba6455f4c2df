package io.github.trawl.tensor;

import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.Objects;

/**
 * A CP decomposition, X[k,i,j] = Σ_r weights[r] · c[k,r] · a[i,r] · b[j,r] (Kolda and Bader, Tensor
 * Decompositions and Applications, section 3).
 *
 * @param weights R values
 * @param c the factor of the slices, K×R
 * @param a the factor of the rows, I×R
 * @param b the factor of the columns, J×R
 */
@SuppressWarnings("ArrayRecordComponent") // Large arrays, shared without a copy by design.
public record KruskalTensor(float[] weights, float[] c, float[] a, float[] b)
    implements LowRankTensor {

  /** Checks that all factors have the same number of columns, R ≥ 1. */
  public KruskalTensor {
    int rank = weights.length;
    if (rank == 0 || c.length % rank != 0 || a.length % rank != 0 || b.length % rank != 0) {
      throw new IllegalArgumentException(
          String.format(
              "factors of %d, %d and %d values do not fit rank %d",
              c.length, a.length, b.length, rank));
    }
  }

  /** The number of components, R. */
  public int rank() {
    return weights.length;
  }

  @Override
  public float[] spectrum() {
    float[] magnitudes = new float[weights.length];
    for (int r = 0; r < magnitudes.length; r++) {
      magnitudes[r] = Math.abs(weights[r]);
    }
    return Spectra.sortDescending(magnitudes);
  }

  @Override
  public int depth() {
    return c.length / rank();
  }

  @Override
  public int rows() {
    return a.length / rank();
  }

  @Override
  public int columns() {
    return b.length / rank();
  }

  /**
   * Returns the tensor of the first {@code count} components.
   *
   * @throws IndexOutOfBoundsException if there are fewer
   */
  public KruskalTensor firstComponents(int count) {
    Objects.checkFromIndexSize(0, count, rank());
    return new KruskalTensor(
        Arrays.copyOf(weights, count),
        firstColumns(c, rank(), count),
        firstColumns(a, rank(), count),
        firstColumns(b, rank(), count));
  }

  private static float[] firstColumns(float[] matrix, int columns, int count) {
    int rows = matrix.length / columns;
    float[] result = new float[rows * count];
    for (int row = 0; row < rows; row++) {
      System.arraycopy(matrix, row * columns, result, row * count, count);
    }
    return result;
  }

  @Override
  public void reconstruct(
      int slice, int rowStart, int rowCount, int columnStart, int columnCount, FloatBuffer target) {
    Objects.checkIndex(slice, depth());
    Objects.checkFromIndexSize(rowStart, rowCount, rows());
    Objects.checkFromIndexSize(columnStart, columnCount, columns());
    int rank = rank();
    float[] left = new float[Math.multiplyExact(rowCount, rank)];
    for (int row = 0; row < rowCount; row++) {
      for (int r = 0; r < rank; r++) {
        left[row * rank + r] = a[(rowStart + row) * rank + r] * (weights[r] * c[slice * rank + r]);
      }
    }
    BlockProduct.multiply(left, 0, rowCount, b, columnStart * rank, columnCount, rank, target);
  }
}
