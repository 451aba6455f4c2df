package io.github.trawl.tensor;

import io.github.trawl.linalg.FloatMatrix;
import io.github.trawl.linalg.OffHeapMemory;

/**
 * Rows {@code rowStart} to {@code rowStart + rows() - 1} of every slice of a tensor, resident
 * off-heap as float32. A whole tensor is the block that starts at row 0 and has all rows.
 *
 * <p>The block owns its memory until {@link #close}.
 */
public final class TensorBlock implements AutoCloseable {
  private final int rowStart;
  private final int depth;
  private final int rows;
  private final FloatMatrix values;

  private TensorBlock(int rowStart, int depth, int rows, FloatMatrix values) {
    this.rowStart = rowStart;
    this.depth = depth;
    this.rows = rows;
    this.values = values;
  }

  /**
   * A block of zeros.
   *
   * @param depth the number of slices, K ≥ 1
   * @param rows rows of the block, at least 1
   * @param columns columns of a slice, J ≥ 1
   */
  public static TensorBlock allocate(
      OffHeapMemory memory, int rowStart, int depth, int rows, int columns) {
    if (rowStart < 0 || depth < 1 || rows < 1 || columns < 1) {
      throw new IllegalArgumentException(
          "block of " + depth + " x " + rows + " x " + columns + " from row " + rowStart);
    }
    return new TensorBlock(
        rowStart, depth, rows, memory.floats(Math.multiplyExact(depth, rows), columns));
  }

  /** The first row of the tensor that the block holds. */
  public int rowStart() {
    return rowStart;
  }

  /** The number of slices, K. */
  public int depth() {
    return depth;
  }

  /** The number of rows that the block holds of each slice. */
  public int rows() {
    return rows;
  }

  /** The number of columns of a slice, J. */
  public int columns() {
    return values.columns();
  }

  /** Bytes of off-heap memory that the block holds. */
  public long bytes() {
    return 4L * depth * rows * columns();
  }

  /** Slice {@code k} of the block as a view of rows × columns. */
  public FloatMatrix slice(int k) {
    return values.rowRange(k * rows, rows);
  }

  /**
   * Part of slice {@code k} in float32, to be closed after use and before the block.
   *
   * @param rowStart the first row within the block
   * @param columnStart the first column
   * @param memory for a copy, if the values are not resident as float32
   */
  public FloatMatrix panel(
      int k, int rowStart, int rowCount, int columnStart, int columnCount, OffHeapMemory memory) {
    return slice(k).rowRange(rowStart, rowCount).columnRange(columnStart, columnCount);
  }

  /** Σ x² over the block in float64. */
  public double squaredNorm() {
    float[] row = new float[columns()];
    double sum = 0;
    for (int i = 0; i < values.rows(); i++) {
      values.read(i, 0, row, 0, row.length);
      double rowSum = 0;
      for (float value : row) {
        rowSum += (double) value * value;
      }
      sum += rowSum;
    }
    return sum;
  }

  @Override
  public void close() {
    values.close();
  }
}
