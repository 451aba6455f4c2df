package io.github.trawl.tensor;

import java.nio.FloatBuffer;
import java.util.Objects;

/**
 * A Tucker decomposition, X[k,i,j] = Σ_pqr core[p,q,r] · c[k,p] · a[i,q] · b[j,r] (Kolda and Bader,
 * Tensor Decompositions and Applications, section 4).
 *
 * @param coreDepth R0
 * @param coreRows R1
 * @param coreColumns R2
 * @param core R0×R1×R2 values
 * @param c the factor of the slices, K×R0
 * @param a the factor of the rows, I×R1
 * @param b the factor of the columns, J×R2
 */
@SuppressWarnings("ArrayRecordComponent") // Large arrays, shared without a copy by design.
public record TuckerTensor(
    int coreDepth, int coreRows, int coreColumns, float[] core, float[] c, float[] a, float[] b)
    implements LowRankTensor {

  /** Checks that core and factors fit. */
  public TuckerTensor {
    if (coreDepth < 1
        || coreRows < 1
        || coreColumns < 1
        || core.length != (long) coreDepth * coreRows * coreColumns
        || c.length % coreDepth != 0
        || a.length % coreRows != 0
        || b.length % coreColumns != 0) {
      throw new IllegalArgumentException(
          String.format(
              "core of %d values and factors of %d, %d and %d values do not fit ranks %d, %d, %d",
              core.length, c.length, a.length, b.length, coreDepth, coreRows, coreColumns));
    }
  }

  @Override
  public float[] spectrum() {
    float[] norms = new float[coreRows];
    for (int q = 0; q < coreRows; q++) {
      double squares = 0;
      for (int p = 0; p < coreDepth; p++) {
        for (int r = 0; r < coreColumns; r++) {
          double value = core[(p * coreRows + q) * coreColumns + r];
          squares += value * value;
        }
      }
      norms[q] = (float) Math.sqrt(squares);
    }
    return Spectra.sortDescending(norms);
  }

  @Override
  public int depth() {
    return c.length / coreDepth;
  }

  @Override
  public int rows() {
    return a.length / coreRows;
  }

  @Override
  public int columns() {
    return b.length / coreColumns;
  }

  @Override
  public void reconstruct(
      int slice, int rowStart, int rowCount, int columnStart, int columnCount, FloatBuffer target) {
    Objects.checkIndex(slice, depth());
    Objects.checkFromIndexSize(rowStart, rowCount, rows());
    Objects.checkFromIndexSize(columnStart, columnCount, columns());
    float[] left = new float[Math.multiplyExact(rowCount, coreColumns)];
    float[] mixed = sliceCore(slice);
    for (int row = 0; row < rowCount; row++) {
      for (int q = 0; q < coreRows; q++) {
        float value = a[(rowStart + row) * coreRows + q];
        for (int r = 0; r < coreColumns; r++) {
          left[row * coreColumns + r] += value * mixed[q * coreColumns + r];
        }
      }
    }
    BlockProduct.multiply(
        left, 0, rowCount, b, columnStart * coreColumns, columnCount, coreColumns, target);
  }

  /** Σ_p c[slice,p] · core[p], R1×R2. */
  private float[] sliceCore(int slice) {
    float[] mixed = new float[coreRows * coreColumns];
    for (int p = 0; p < coreDepth; p++) {
      float value = c[slice * coreDepth + p];
      for (int i = 0; i < mixed.length; i++) {
        mixed[i] += value * core[p * mixed.length + i];
      }
    }
    return mixed;
  }
}
