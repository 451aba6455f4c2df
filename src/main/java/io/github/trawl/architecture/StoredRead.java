package io.github.trawl.architecture;

import io.github.trawl.checkpoint.ByteRange;
import io.github.trawl.checkpoint.TensorInfo;

/**
 * A request for a rectangle of a stored tensor. It reads the file from the first element of the
 * rectangle to the last one, including what lies between two of its rows.
 *
 * @param tensor the stored tensor, two-dimensional
 * @param row the first row of the rectangle
 * @param rows the number of rows, at least 1
 * @param column the first column
 * @param columns the number of columns, at least 1
 */
record StoredRead(TensorInfo tensor, int row, int rows, int column, int columns) {
  /** Bytes from the start of a row to that of the next. */
  static long stride(TensorInfo tensor) {
    return tensor.shape().get(1) * elementBytes(tensor);
  }

  static int elementBytes(TensorInfo tensor) {
    return tensor.dtype().bits() / Byte.SIZE;
  }

  ByteRange range() {
    long position = tensor.offset() + row * stride(tensor) + (long) column * elementBytes(tensor);
    return new ByteRange(position, Math.toIntExact(length()));
  }

  private long length() {
    return (rows - 1) * stride(tensor) + (long) columns * elementBytes(tensor);
  }

  /** The offset of an element in the bytes of {@link #range}. */
  int offset(int storedRow, int storedColumn) {
    return Math.toIntExact(
        (storedRow - row) * stride(tensor) + (long) (storedColumn - column) * elementBytes(tensor));
  }
}
