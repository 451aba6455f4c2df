package io.github.trawl.tensor;

import io.github.trawl.linalg.FloatMatrix;
import io.github.trawl.linalg.OffHeapMemory;
import java.util.Objects;

/**
 * Rows {@code rowStart} to {@code rowStart + rows() - 1} of every slice of a tensor, resident
 * off-heap. A whole tensor is the block that starts at row 0 and has all rows.
 *
 * <p>Values of 16 bits are kept in 16 bits and widened when they are used, a panel at a time.
 * Results have the same bits as those of a block that holds the values in float32.
 *
 * <p>The block owns its memory until {@link #close}.
 */
public final class TensorBlock implements AutoCloseable {
  /** The most rows that are widened at a time for the norm. */
  private static final int NORM_ROWS = 64;

  private final int rowStart;
  private final int depth;
  private final int rows;
  private final ValueFormat format;
  private final OffHeapMemory memory;
  private final FloatMatrix values;

  /** Null unless the block holds a lower triangle. */
  private final LowerTriangleShape triangle;

  private TensorBlock(
      int rowStart,
      int depth,
      int rows,
      ValueFormat format,
      OffHeapMemory memory,
      int columns,
      LowerTriangleShape triangle) {
    this.rowStart = rowStart;
    this.depth = depth;
    this.rows = rows;
    this.format = format;
    this.memory = memory;
    this.triangle = triangle;
    this.values = memory.floats(Math.multiplyExact(depth, storedRows()), columns);
  }

  /** A block of zeros in float32. */
  public static TensorBlock allocate(
      OffHeapMemory memory, int rowStart, int depth, int rows, int columns) {
    return allocate(memory, ValueFormat.FLOAT32, rowStart, depth, rows, columns);
  }

  /**
   * A block of zeros.
   *
   * @param memory where the values are kept, and panels of 16-bit values in float32
   * @param depth the number of slices, K ≥ 1
   * @param rows rows of the block, at least 1
   * @param columns columns of a slice, J ≥ 1
   */
  public static TensorBlock allocate(
      OffHeapMemory memory, ValueFormat format, int rowStart, int depth, int rows, int columns) {
    if (rowStart < 0 || depth < 1 || rows < 1 || columns < 1) {
      throw new IllegalArgumentException(
          "block of " + depth + " x " + rows + " x " + columns + " from row " + rowStart);
    }
    return new TensorBlock(rowStart, depth, rows, format, memory, columns, null);
  }

  /** A float32 block of zeros that is to hold a lower triangle. */
  public static TensorBlock allocate(OffHeapMemory memory, LowerTriangleShape triangle) {
    return new TensorBlock(
        0,
        triangle.depth(),
        triangle.rows(),
        ValueFormat.FLOAT32,
        memory,
        triangle.order(),
        triangle);
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

  /**
   * The number of leading columns that hold all nonzero values of rows 0 to {@code row} of slice k.
   */
  public int columnsUpTo(int k, int row) {
    Objects.checkIndex(row, rows);
    return triangle == null ? columns() : triangle.columnsUpTo(k, row);
  }

  /** The first row of slice k that may have nonzero values from {@code column} on. */
  public int rowsFrom(int k, int column) {
    return triangle == null ? 0 : triangle.rowsFrom(k, column);
  }

  /** The format in which the values are kept. */
  public ValueFormat format() {
    return format;
  }

  /** Bytes of off-heap memory that the block holds. */
  public long bytes() {
    return 4L * values.rows() * columns();
  }

  /**
   * Slice {@code k} of a float32 block as a view of rows × columns.
   *
   * @throws IllegalStateException if the block holds 16-bit values
   */
  public FloatMatrix slice(int k) {
    if (format != ValueFormat.FLOAT32) {
      throw new IllegalStateException("a block of " + format + " has no float32 slices");
    }
    return stored(k);
  }

  /**
   * Whether one matrix product should take all slices at once: they form no triangle, and have so
   * few rows that a product for each slice would spend much of its time on repacking the other
   * operand.
   */
  public boolean isMultipliedWhole() {
    return triangle == null && rows <= Panels.DEFAULT_MAX_SIZE;
  }

  /**
   * All slices of a float32 block, one below the other, as a view of depth · rows × columns.
   *
   * @throws IllegalStateException if the block holds 16-bit values
   */
  public FloatMatrix slices() {
    if (format != ValueFormat.FLOAT32) {
      throw new IllegalStateException("a block of " + format + " has no float32 slices");
    }
    return values.rowRange(0, values.rows());
  }

  /**
   * Columns of all slices, one below the other, in float32, as a view or a copy of depth · rows ×
   * {@code count}. The caller must not write to it, and closes it before the block.
   */
  public FloatMatrix columnPanel(int start, int count) {
    if (format == ValueFormat.FLOAT32) {
      return slices().columnRange(start, count);
    }
    FloatMatrix panel = memory.floatScratch(Math.multiplyExact(depth, rows), count);
    try {
      for (int k = 0; k < depth; k++) {
        new RowPairs(stored(k), rows, format).widen(0, start, panel.rowRange(k * rows, rows));
      }
      return panel;
    } catch (RuntimeException | Error e) {
      panel.close();
      throw e;
    }
  }

  /**
   * Part of slice {@code k} in float32, as a view or a copy. The caller must not write to it, and
   * closes it before the block.
   *
   * @param panelStart the first row within the block
   * @param panelRows the number of rows
   * @param columnStart the first column
   * @param panelColumns the number of columns
   */
  public FloatMatrix panel(
      int k, int panelStart, int panelRows, int columnStart, int panelColumns) {
    if (format == ValueFormat.FLOAT32) {
      return stored(k).rowRange(panelStart, panelRows).columnRange(columnStart, panelColumns);
    }
    FloatMatrix panel = memory.floatScratch(panelRows, panelColumns);
    try {
      new RowPairs(stored(k), rows, format).widen(panelStart, columnStart, panel);
      return panel;
    } catch (RuntimeException | Error e) {
      panel.close();
      throw e;
    }
  }

  /**
   * Sets whole rows of slice {@code k}.
   *
   * @param start the first row within the block; even unless the block holds float32 values
   * @param source the values in float32
   * @throws IllegalArgumentException if a value has no exact form in the block's format
   */
  public void setRows(int k, int start, FloatMatrix source) {
    if (format == ValueFormat.FLOAT32) {
      float[] row = new float[columns()];
      FloatMatrix target = stored(k).rowRange(start, source.rows());
      for (int i = 0; i < source.rows(); i++) {
        source.readRows(i, 1, row);
        target.writeRows(i, 1, row);
      }
    } else {
      new RowPairs(stored(k), rows, format).narrow(start, source);
    }
  }

  /**
   * Sets a tile of slice {@code k}.
   *
   * @param start the first row within the block
   * @param column the first column
   * @param source the values in float32, row by row, from {@code offset} on
   * @throws IllegalArgumentException if a value has no exact form in the block's format
   */
  void setTile(
      int k, int start, int column, int tileRows, int tileColumns, float[] source, int offset) {
    Objects.checkFromIndexSize(start, tileRows, rows);
    Objects.checkFromIndexSize(column, tileColumns, columns());
    if (format != ValueFormat.FLOAT32) {
      RowPairs.setTile(stored(k), format, start, column, tileRows, tileColumns, source, offset);
      return;
    }
    FloatMatrix target = stored(k);
    for (int i = 0; i < tileRows; i++) {
      target.write(start + i, column, source, offset + i * tileColumns, tileColumns);
    }
  }

  /** Σ x² over the block in float64. */
  public double squaredNorm() {
    float[] row = new float[columns()];
    Panels panels = Panels.ofAtMost(rows, NORM_ROWS);
    double sum = 0;
    for (int k = 0; k < depth; k++) {
      for (int part = 0; part < panels.count(); part++) {
        try (FloatMatrix panel = panel(k, panels.start(part), panels.size(part), 0, columns())) {
          for (int i = 0; i < panel.rows(); i++) {
            panel.readRows(i, 1, row);
            double rowSum = 0;
            for (float value : row) {
              rowSum += (double) value * value;
            }
            sum += rowSum;
          }
        }
      }
    }
    return sum;
  }

  @Override
  public void close() {
    values.close();
  }

  private int storedRows() {
    return format == ValueFormat.FLOAT32 ? rows : RowPairs.wordRows(rows);
  }

  private FloatMatrix stored(int k) {
    return values.rowRange(Math.multiplyExact(k, storedRows()), storedRows());
  }
}
