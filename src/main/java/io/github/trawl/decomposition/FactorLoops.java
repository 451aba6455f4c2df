package io.github.trawl.decomposition;

import io.github.trawl.linalg.DoubleMatrix;
import io.github.trawl.linalg.FloatMatrix;
import java.util.Arrays;

/**
 * The element-wise work on the rows of a panel of a factor.
 *
 * <p>All of it goes through heap arrays of a few rows that stay in the first-level cache: there the
 * loops are compiled to vector instructions, which they are not on off-heap memory.
 */
final class FactorLoops {
  /**
   * Rows of a chunk, and of a partial sum in float32. It must not depend on the number of columns:
   * sums would differ in bits between a member alone and the same member in a batch.
   */
  private static final int CHUNK = 16;

  private final int count;
  private final int columns;
  private final int chunk;
  private final float[] values;
  private final float[] sum;
  private final double[] left;
  private final double[] right;

  /** Loops over {@code count} rows of {@code columns} values. */
  FactorLoops(int count, int columns) {
    this.count = count;
    this.columns = columns;
    this.chunk = Math.min(count, CHUNK);
    this.values = new float[chunk * columns];
    this.sum = new float[chunk * columns];
    this.left = new double[chunk * columns];
    this.right = new double[chunk * columns];
  }

  /**
   * result ← Σ_k products[k] · diag(c[k]).
   *
   * @param products of depth·count rows, the slices one after the other
   * @param scales C, depth rows of {@code width} values
   * @param offset the first column of C to use
   */
  void sumScaled(FloatMatrix products, float[] scales, int width, int offset, DoubleMatrix result) {
    int depth = products.rows() / count;
    for (int row = 0; row < count; row += chunk) {
      int rows = Math.min(chunk, count - row);
      Arrays.fill(sum, 0);
      for (int k = 0; k < depth; k++) {
        products.readRows(k * count + row, rows, values);
        for (int start = 0; start < rows * columns; start += columns) {
          addScaled(start, scales, k * width + offset);
        }
      }
      widen(sum, right, rows * columns);
      result.writeRows(row, rows, right);
    }
  }

  /** target ← source · diag(scales[offset …]). */
  void scale(FloatMatrix source, float[] scales, int offset, FloatMatrix target) {
    for (int row = 0; row < count; row += chunk) {
      int rows = Math.min(chunk, count - row);
      source.readRows(row, rows, values);
      Arrays.fill(sum, 0);
      for (int start = 0; start < rows * columns; start += columns) {
        addScaled(start, scales, offset);
      }
      target.writeRows(row, rows, sum);
    }
  }

  /** target ← source. */
  void widen(FloatMatrix source, DoubleMatrix target) {
    for (int row = 0; row < count; row += chunk) {
      int rows = Math.min(chunk, count - row);
      source.readRows(row, rows, values);
      widen(values, left, rows * columns);
      target.writeRows(row, rows, left);
    }
  }

  /** Rounds {@code solution} to float32, in place and into {@code factor}. */
  void round(DoubleMatrix solution, FloatMatrix factor) {
    for (int row = 0; row < count; row += chunk) {
      int rows = Math.min(chunk, count - row);
      solution.readRows(row, rows, left);
      for (int i = 0; i < rows * columns; i++) {
        values[i] = (float) left[i];
      }
      factor.writeRows(row, rows, values);
      widen(values, left, rows * columns);
      solution.writeRows(row, rows, left);
    }
  }

  /** The column sums of a∘b. */
  double[] columnProducts(DoubleMatrix a, DoubleMatrix b) {
    double[] sums = new double[columns];
    for (int row = 0; row < count; row += chunk) {
      int rows = Math.min(chunk, count - row);
      a.readRows(row, rows, left);
      b.readRows(row, rows, right);
      for (int start = 0; start < rows * columns; start += columns) {
        for (int column = 0; column < columns; column++) {
          sums[column] += left[start + column] * right[start + column];
        }
      }
    }
    return sums;
  }

  /**
   * sums[k] += column sums of factor∘products[k], in float32 within a chunk and float64 over them.
   *
   * @param products of depth·count rows, the slices one after the other
   * @param sums depth rows of {@code width} values, of which those from column {@code offset} on
   */
  void addColumnProducts(
      FloatMatrix factor, FloatMatrix products, double[] sums, int width, int offset) {
    int depth = products.rows() / count;
    float[] rowValues = new float[chunk * columns];
    for (int row = 0; row < count; row += chunk) {
      int rows = Math.min(chunk, count - row);
      factor.readRows(row, rows, rowValues);
      for (int k = 0; k < depth; k++) {
        products.readRows(k * count + row, rows, values);
        Arrays.fill(sum, 0, columns, 0);
        for (int start = 0; start < rows * columns; start += columns) {
          addProducts(rowValues, start);
        }
        for (int column = 0; column < columns; column++) {
          sums[k * width + offset + column] += sum[column];
        }
      }
    }
  }

  private void addScaled(int start, float[] scales, int offset) {
    for (int column = 0; column < columns; column++) {
      sum[start + column] += values[start + column] * scales[offset + column];
    }
  }

  private void addProducts(float[] rowValues, int start) {
    for (int column = 0; column < columns; column++) {
      sum[column] += rowValues[start + column] * values[start + column];
    }
  }

  private static void widen(float[] source, double[] target, int length) {
    for (int i = 0; i < length; i++) {
      target[i] = source[i];
    }
  }
}
