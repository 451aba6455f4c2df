package io.github.trawl.architecture;

import io.github.trawl.architecture.StoredAxis.Run;
import io.github.trawl.architecture.TensorReads.Rectangle;
import java.nio.ByteBuffer;

/**
 * A rectangle of a stored tensor on its way from the reader that read it to the task that needs it.
 *
 * @param task index of the task that needs it, from 0
 * @param bytes a header that says which matrix and elements it holds, then the stored elements
 */
@SuppressWarnings("ArrayRecordComponent") // Never compared.
public record StoredPiece(int task, byte[] bytes) {
  private static final int HEADER_BYTES = 7 * Integer.BYTES;

  /**
   * Copies a rectangle into a piece.
   *
   * @param matrix index of the logical matrix in the list of matrices to read
   * @param place the rectangle, which lies within {@code read}
   * @param source the bytes of {@code read}, from index 0 on
   */
  static StoredPiece copy(
      int task, int matrix, Rectangle place, StoredRead read, ByteBuffer source) {
    Run rows = place.rows();
    Run columns = place.columns();
    int width = columns.length() * StoredRead.elementBytes(read.tensor());
    byte[] bytes = new byte[HEADER_BYTES + Math.multiplyExact(rows.length(), width)];
    ByteBuffer.wrap(bytes)
        .putInt(matrix)
        .putInt(rows.index())
        .putInt(rows.stored())
        .putInt(rows.length())
        .putInt(columns.index())
        .putInt(columns.stored())
        .putInt(columns.length());
    for (int row = 0; row < rows.length(); row++) {
      source.get(
          read.offset(rows.stored() + row, columns.stored()),
          bytes,
          HEADER_BYTES + row * width,
          width);
    }
    return new StoredPiece(task, bytes);
  }

  /** A piece parsed from its bytes. */
  record ParsedPiece(int matrix, Rectangle place, ByteBuffer elements) {
    static ParsedPiece of(byte[] bytes) {
      ByteBuffer buffer = ByteBuffer.wrap(bytes);
      int matrix = buffer.getInt();
      Run rows = new Run(buffer.getInt(), buffer.getInt(), buffer.getInt());
      Run columns = new Run(buffer.getInt(), buffer.getInt(), buffer.getInt());
      return new ParsedPiece(matrix, new Rectangle(rows, columns), buffer.slice());
    }
  }
}
