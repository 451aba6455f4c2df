package io.github.trawl.linalg;

import java.nio.ByteOrder;
import java.nio.DoubleBuffer;
import java.util.Objects;
import java.util.function.Consumer;
import org.apache.arrow.memory.ArrowBuf;

/**
 * A dense row-major matrix of 64-bit floating point values in off-heap memory, or a rectangular
 * view of one.
 *
 * <p>A view shares the memory of its matrix and must not be used after the matrix was closed;
 * closing a view, or a matrix again, does nothing. Instances are not synchronised: threads may
 * share one as long as they write to different elements.
 */
public final class DoubleMatrix implements AutoCloseable {
  /**
   * The most elements of a buffer through which several rows are copied, unless one row has more: a
   * buffer can't hold 2 GiB.
   */
  private static final int COPIED_ELEMENTS = 1 << 24;

  private final ArrowBuf buffer;

  /** The number of elements in the buffer before the first one of this matrix. */
  private final long offset;

  private final int rows;
  private final int columns;
  private final int stride;

  /** Frees the memory. Null for a view, which does not own its memory, and after closing. */
  private Consumer<ArrowBuf> release;

  /** A matrix that hands its memory to {@code release} when it is closed. */
  DoubleMatrix(ArrowBuf buffer, int rows, int columns, Consumer<ArrowBuf> release) {
    this(buffer, 0, rows, columns, columns, release);
  }

  private DoubleMatrix(
      ArrowBuf buffer, long offset, int rows, int columns, int stride, Consumer<ArrowBuf> release) {
    this.buffer = buffer;
    this.offset = offset;
    this.rows = rows;
    this.columns = columns;
    this.stride = stride;
    this.release = release;
  }

  /** The number of rows. */
  public int rows() {
    return rows;
  }

  /** The number of columns. */
  public int columns() {
    return columns;
  }

  /**
   * The number of elements from the start of a row to that of the next; at least {@link #columns}.
   */
  public int stride() {
    return stride;
  }

  /** The memory address of the first element. */
  public long address() {
    return buffer.memoryAddress() + offset * Double.BYTES;
  }

  /** Rows {@code start} to {@code start + count - 1} as a view. */
  public DoubleMatrix rowRange(int start, int count) {
    Objects.checkFromIndexSize(start, count, rows);
    return new DoubleMatrix(buffer, offset + (long) start * stride, count, columns, stride, null);
  }

  /** Columns {@code start} to {@code start + count - 1} as a view. */
  public DoubleMatrix columnRange(int start, int count) {
    Objects.checkFromIndexSize(start, count, columns);
    return new DoubleMatrix(buffer, offset + start, rows, count, stride, null);
  }

  /** One element. */
  public double get(int row, int column) {
    return buffer.getDouble(index(row, column));
  }

  /** Sets one element. */
  public void set(int row, int column, double value) {
    buffer.setDouble(index(row, column), value);
  }

  /**
   * Copies {@code count} elements of {@code row}, from {@code column} on, into {@code target} from
   * {@code targetOffset} on.
   */
  public void read(int row, int column, double[] target, int targetOffset, int count) {
    if (count > 0) {
      span(row, column, count).get(target, targetOffset, count);
    }
  }

  /**
   * Copies {@code count} elements of {@code source} from {@code sourceOffset} on into {@code row},
   * from {@code column} on.
   */
  public void write(int row, int column, double[] source, int sourceOffset, int count) {
    if (count > 0) {
      span(row, column, count).put(source, sourceOffset, count);
    }
  }

  /**
   * Copies {@code count} rows from {@code row} on into {@code target}, one after the other.
   *
   * @throws IndexOutOfBoundsException if {@code target} is too short or a row does not exist
   */
  public void readRows(int row, int count, double[] target) {
    forEachSpan(
        row,
        count,
        (source, first, size) -> {
          if (stride == columns) {
            source.get(target, first * columns, size * columns);
            return;
          }
          for (int i = 0; i < size; i++) {
            source.get(i * stride, target, (first + i) * columns, columns);
          }
        });
  }

  /**
   * Copies the first {@code count} · columns values of {@code source} into {@code count} rows from
   * {@code row} on.
   *
   * @throws IndexOutOfBoundsException if {@code source} is too short or a row does not exist
   */
  public void writeRows(int row, int count, double[] source) {
    forEachSpan(
        row,
        count,
        (target, first, size) -> {
          if (stride == columns) {
            target.put(source, first * columns, size * columns);
            return;
          }
          for (int i = 0; i < size; i++) {
            target.put(i * stride, source, (first + i) * columns, columns);
          }
        });
  }

  /**
   * Copies {@code count} rows from {@code row} on, each into an array of {@code target}.
   *
   * @throws IndexOutOfBoundsException if an array is too short or a row does not exist
   */
  public void readRows(int row, int count, double[][] target) {
    forEachSpan(
        row,
        count,
        (source, first, size) -> {
          for (int i = 0; i < size; i++) {
            source.get(i * stride, target[first + i], 0, columns);
          }
        });
  }

  /**
   * Copies the first values of each of the first {@code count} arrays of {@code source} into the
   * rows from {@code row} on.
   *
   * @throws IndexOutOfBoundsException if an array is too short or a row does not exist
   */
  public void writeRows(int row, int count, double[][] source) {
    forEachSpan(
        row,
        count,
        (target, first, size) -> {
          for (int i = 0; i < size; i++) {
            target.put(i * stride, source[first + i], 0, columns);
          }
        });
  }

  /** A copy of all elements, row by row. */
  public double[] toArray() {
    double[] values = new double[Math.multiplyExact(rows, columns)];
    readRows(0, rows, values);
    return values;
  }

  /**
   * Sets all elements from {@code values}, row by row.
   *
   * @throws IllegalArgumentException if {@code values} does not have rows × columns elements
   */
  public void copyFrom(double[] values) {
    if (values.length != (long) rows * columns) {
      throw new IllegalArgumentException(
          values.length + " values for a " + rows + " x " + columns + " matrix");
    }
    writeRows(0, rows, values);
  }

  /**
   * {@code count} elements in memory from ({@code row}, {@code column}) on, as a buffer over the
   * matrix itself. The span may run on into the next rows; if the stride exceeds the number of
   * columns, it then includes the elements between the rows, which are outside this view.
   */
  public DoubleBuffer span(int row, int column, int count) {
    long start = (long) row * stride + column;
    long last = start + Math.max(count, 1) - 1;
    if (row < 0 || column < 0 || count < 0 || last > (long) (rows - 1) * stride + columns - 1) {
      throw new IndexOutOfBoundsException(
          count + " elements at (" + row + ", " + column + ") of " + rows + " x " + columns);
    }
    return buffer
        .nioBuffer((offset + start) * Double.BYTES, Math.multiplyExact(count, Double.BYTES))
        .order(ByteOrder.nativeOrder())
        .asDoubleBuffer();
  }

  @Override
  public void close() {
    if (release != null) {
      Consumer<ArrowBuf> once = release;
      release = null;
      once.accept(buffer);
    }
  }

  /** Work on the rows of a {@link #span}. */
  @FunctionalInterface
  private interface SpanWork {
    /**
     * Works on {@code size} rows.
     *
     * @param first the number of rows in earlier spans
     */
    void run(DoubleBuffer span, int first, int size);
  }

  /** Runs {@code work} on spans that have {@code count} rows from {@code row} on, in order. */
  private void forEachSpan(int row, int count, SpanWork work) {
    Objects.checkFromIndexSize(row, count, rows);
    if (columns == 0) {
      return;
    }
    int most = Math.max(1, COPIED_ELEMENTS / stride);
    int size;
    for (int first = 0; first < count; first += size) {
      size = Math.min(most, count - first);
      work.run(span(row + first, 0, (size - 1) * stride + columns), first, size);
    }
  }

  private long index(int row, int column) {
    Objects.checkIndex(row, rows);
    Objects.checkIndex(column, columns);
    return (offset + (long) row * stride + column) * Double.BYTES;
  }
}
