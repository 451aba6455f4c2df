package io.github.trawl.linalg;

import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.Objects;
import org.apache.arrow.memory.ArrowBuf;

/**
 * A dense row-major matrix of 32-bit floating point values in off-heap memory, or a rectangular
 * view of one.
 *
 * <p>A view shares the memory of its matrix and must not be used after the matrix was closed;
 * closing a view does nothing. Instances are not synchronised: threads may share one as long as
 * they write to different elements.
 */
public final class FloatMatrix implements AutoCloseable {
  private final ArrowBuf buffer;
  private final long offset;
  private final int rows;
  private final int columns;
  private final int stride;
  private final boolean owner;

  FloatMatrix(ArrowBuf buffer, long offset, int rows, int columns, int stride, boolean owner) {
    this.buffer = buffer;
    this.offset = offset;
    this.rows = rows;
    this.columns = columns;
    this.stride = stride;
    this.owner = owner;
  }

  /** The number of rows. */
  public int rows() {
    return rows;
  }

  /** The number of columns. */
  public int columns() {
    return columns;
  }

  /** Elements between the starts of two rows that follow each other; at least {@link #columns}. */
  public int stride() {
    return stride;
  }

  /** The memory address of the first element. */
  public long address() {
    return buffer.memoryAddress() + offset * Float.BYTES;
  }

  /** Rows {@code start} to {@code start + count - 1} as a view. */
  public FloatMatrix rowRange(int start, int count) {
    Objects.checkFromIndexSize(start, count, rows);
    return new FloatMatrix(buffer, offset + (long) start * stride, count, columns, stride, false);
  }

  /** Columns {@code start} to {@code start + count - 1} as a view. */
  public FloatMatrix columnRange(int start, int count) {
    Objects.checkFromIndexSize(start, count, columns);
    return new FloatMatrix(buffer, offset + start, rows, count, stride, false);
  }

  /** One element. */
  public float get(int row, int column) {
    return buffer.getFloat(index(row, column));
  }

  /** Sets one element. */
  public void set(int row, int column, float value) {
    buffer.setFloat(index(row, column), value);
  }

  /**
   * Copies {@code count} elements of {@code row}, from {@code column} on, into {@code target} from
   * {@code targetOffset} on.
   */
  public void read(int row, int column, float[] target, int targetOffset, int count) {
    if (count > 0) {
      span(row, column, count).get(target, targetOffset, count);
    }
  }

  /**
   * Copies {@code count} elements of {@code source} from {@code sourceOffset} on into {@code row},
   * from {@code column} on.
   */
  public void write(int row, int column, float[] source, int sourceOffset, int count) {
    if (count > 0) {
      span(row, column, count).put(source, sourceOffset, count);
    }
  }

  /** A copy of all elements, row by row. */
  public float[] toArray() {
    float[] values = new float[Math.multiplyExact(rows, columns)];
    if (stride == columns) {
      read(0, 0, values, 0, values.length);
      return values;
    }
    for (int row = 0; row < rows; row++) {
      read(row, 0, values, row * columns, columns);
    }
    return values;
  }

  /**
   * Sets all elements from {@code values}, row by row.
   *
   * @throws IllegalArgumentException if {@code values} has not rows × columns elements
   */
  public void copyFrom(float[] values) {
    if (values.length != (long) rows * columns) {
      throw new IllegalArgumentException(
          values.length + " values for a " + rows + " x " + columns + " matrix");
    }
    if (stride == columns) {
      write(0, 0, values, 0, values.length);
      return;
    }
    for (int row = 0; row < rows; row++) {
      write(row, 0, values, row * columns, columns);
    }
  }

  /**
   * {@code count} elements of {@code row}, from {@code column} on, as a buffer over the matrix
   * itself. Where the stride equals the number of columns it may run on into the next rows.
   */
  public FloatBuffer span(int row, int column, int count) {
    long start = (long) row * stride + column;
    long last = start + Math.max(count, 1) - 1;
    if (row < 0 || column < 0 || count < 0 || last > (long) (rows - 1) * stride + columns - 1) {
      throw new IndexOutOfBoundsException(
          count + " elements at (" + row + ", " + column + ") of " + rows + " x " + columns);
    }
    return buffer
        .nioBuffer((offset + start) * Float.BYTES, Math.multiplyExact(count, Float.BYTES))
        .order(ByteOrder.nativeOrder())
        .asFloatBuffer();
  }

  @Override
  public void close() {
    if (owner) {
      buffer.close();
    }
  }

  private long index(int row, int column) {
    Objects.checkIndex(row, rows);
    Objects.checkIndex(column, columns);
    return (offset + (long) row * stride + column) * Float.BYTES;
  }
}
