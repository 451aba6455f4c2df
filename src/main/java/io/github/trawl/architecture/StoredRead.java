package io.github.trawl.architecture;

import io.github.trawl.checkpoint.ByteRange;
import io.github.trawl.checkpoint.TensorInfo;

/**
 * Elements of a stored tensor that one request reads: from ({@code row}, {@code column}) to the
 * last column of the last row, with all that lies between in the file.
 *
 * @param tensor two-dimensional
 * @param row the first row
 * @param rows how many, at least 1
 * @param column the first column
 * @param columns how many, at least 1
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

  /** Where an element lies in the bytes that are read. */
  int offset(int storedRow, int storedColumn) {
    return Math.toIntExact(
        (storedRow - row) * stride(tensor) + (long) (storedColumn - column) * elementBytes(tensor));
  }
}
