package io.github.trawl.decomposition;

import io.github.trawl.linalg.DoubleMatrix;
import io.github.trawl.linalg.FloatMatrix;
import java.util.Arrays;

/**
 * Does the element-wise work on the rows of a panel of a factor.
 *
 * <p>Values are copied to heap arrays of a few rows, which stay in the first-level cache: loops
 * over arrays are compiled to vector instructions, loops over off-heap memory are not. Each row has
 * an array of its own, because the compiler of Java 17 does not vectorise loops that index two
 * arrays with different offsets.
 */
final class FactorLoops {
  /**
   * The number of rows that are summed in float32. It must not depend on the number of columns:
   * otherwise sums would differ in bits between a member alone and the same member in a batch.
   */
  private static final int CHUNK = 16;

  /**
   * The number of values that a tile, the rows that are copied at a time, should have: three such
   * arrays fit into the first-level cache.
   */
  private static final int TILE_VALUES = 2048;

  private final int count;
  private final int columns;
  private final int tile;
  private final float[][] values;
  private final float[][] scaled;
  private final double[][] left;
  private final double[][] right;

  /** Loops over {@code count} rows of {@code columns} values. */
  FactorLoops(int count, int columns) {
    this.count = count;
    this.columns = columns;
    this.tile = Math.min(count, Math.max(1, Math.min(CHUNK, TILE_VALUES / Math.max(1, columns))));
    this.values = new float[tile][columns];
    this.scaled = new float[tile][columns];
    this.left = new double[tile][columns];
    this.right = new double[tile][columns];
  }

  /**
   * result ← Σ_k products[k] · diag(scales[k]), summed in float32.
   *
   * @param products of depth·count rows, the slices one after the other
   * @param scales C, depth rows of {@code width} values
   * @param offset the first column of C to use
   */
  void sumScaled(FloatMatrix products, float[] scales, int width, int offset, DoubleMatrix result) {
    int depth = products.rows() / count;
    float[][] rowScales = rowScales(depth, scales, width, offset);
    for (int row = 0; row < count; row += tile) {
      int rows = Math.min(tile, count - row);
      for (int k = 0; k < depth; k++) {
        products.readRows(k * count + row, rows, values);
        for (int i = 0; i < rows; i++) {
          if (k == 0) {
            setScaled(values[i], rowScales[k], scaled[i]);
          } else {
            addProducts(values[i], rowScales[k], scaled[i]);
          }
        }
      }
      for (int i = 0; i < rows; i++) {
        widen(scaled[i], right[i]);
      }
      result.writeRows(row, rows, right);
    }
  }

  /**
   * target[k] ← source · diag(scales[k]) for every k.
   *
   * @param scales depth rows of as many values as the source has columns
   * @param target the depth results one below the other; in each of them the rows from {@code
   *     first} on are set
   */
  void scale(FloatMatrix source, float[] scales, FloatMatrix target, int first) {
    int depth = scales.length / columns;
    int targetRows = target.rows() / depth;
    float[][] rowScales = rowScales(depth, scales, columns, 0);
    for (int row = 0; row < count; row += tile) {
      int rows = Math.min(tile, count - row);
      source.readRows(row, rows, values);
      for (int k = 0; k < depth; k++) {
        for (int i = 0; i < rows; i++) {
          setScaled(values[i], rowScales[k], scaled[i]);
        }
        target.writeRows(k * targetRows + first + row, rows, scaled);
      }
    }
  }

  /** target ← source, in float64. */
  void widen(FloatMatrix source, DoubleMatrix target) {
    for (int row = 0; row < count; row += tile) {
      int rows = Math.min(tile, count - row);
      source.readRows(row, rows, values);
      for (int i = 0; i < rows; i++) {
        widen(values[i], left[i]);
      }
      target.writeRows(row, rows, left);
    }
  }

  /** Rounds {@code solution} to float32 in place, and copies it to {@code factor}. */
  void round(DoubleMatrix solution, FloatMatrix factor) {
    for (int row = 0; row < count; row += tile) {
      int rows = Math.min(tile, count - row);
      solution.readRows(row, rows, left);
      for (int i = 0; i < rows; i++) {
        narrow(left[i], values[i]);
        widen(values[i], left[i]);
      }
      factor.writeRows(row, rows, values);
      solution.writeRows(row, rows, left);
    }
  }

  /** The column sums of a∘b. */
  double[] columnProducts(DoubleMatrix a, DoubleMatrix b) {
    double[] sums = new double[columns];
    for (int row = 0; row < count; row += tile) {
      int rows = Math.min(tile, count - row);
      a.readRows(row, rows, left);
      b.readRows(row, rows, right);
      for (int i = 0; i < rows; i++) {
        addProducts(left[i], right[i], sums);
      }
    }
    return sums;
  }

  /**
   * sums[k] += column sums of factor∘products[k], summed in float32 within a chunk of rows and in
   * float64 across chunks.
   *
   * @param products of depth·count rows, the slices one after the other
   * @param sums depth rows of {@code width} values; those from column {@code offset} on are added
   *     to
   */
  void addColumnProducts(
      FloatMatrix factor, FloatMatrix products, double[] sums, int width, int offset) {
    int depth = products.rows() / count;
    float[][] factorRows = new float[Math.min(count, CHUNK)][columns];
    float[] sum = new float[columns];
    for (int chunk = 0; chunk < count; chunk += CHUNK) {
      int chunkRows = Math.min(CHUNK, count - chunk);
      factor.readRows(chunk, chunkRows, factorRows);
      for (int k = 0; k < depth; k++) {
        Arrays.fill(sum, 0);
        for (int row = 0; row < chunkRows; row += tile) {
          int rows = Math.min(tile, chunkRows - row);
          products.readRows(k * count + chunk + row, rows, values);
          for (int i = 0; i < rows; i++) {
            addProducts(factorRows[row + i], values[i], sum);
          }
        }
        for (int column = 0; column < columns; column++) {
          sums[k * width + offset + column] += sum[column];
        }
      }
    }
  }

  /**
   * Returns {@code columns} columns of a factor that is {@code width} wide, from {@code start} on,
   * in float64.
   */
  static double[] widened(float[] factor, int width, int start, int columns) {
    double[] values = new double[factor.length / width * columns];
    for (int i = 0; i < values.length; i++) {
      values[i] = factor[i / columns * width + start + i % columns];
    }
    return values;
  }

  /** The rows of {@code scales}, from column {@code offset} on, each in an array of its own. */
  private float[][] rowScales(int depth, float[] scales, int width, int offset) {
    float[][] rows = new float[depth][];
    for (int k = 0; k < depth; k++) {
      rows[k] = Arrays.copyOfRange(scales, k * width + offset, k * width + offset + columns);
    }
    return rows;
  }

  private static void setScaled(float[] source, float[] scales, float[] target) {
    for (int i = 0; i < target.length; i++) {
      target[i] = source[i] * scales[i];
    }
  }

  private static void addProducts(float[] a, float[] b, float[] sum) {
    for (int i = 0; i < sum.length; i++) {
      sum[i] += a[i] * b[i];
    }
  }

  private static void addProducts(double[] a, double[] b, double[] sum) {
    for (int i = 0; i < sum.length; i++) {
      sum[i] += a[i] * b[i];
    }
  }

  private static void widen(float[] source, double[] target) {
    for (int i = 0; i < target.length; i++) {
      target[i] = source[i];
    }
  }

  private static void narrow(double[] source, float[] target) {
    for (int i = 0; i < target.length; i++) {
      target[i] = (float) source[i];
    }
  }
}
