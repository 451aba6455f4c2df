package io.github.trawl.convert;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.IntBuffer;

/** Transposes kernels, the weight matrices of TensorFlow; the bits of their values are kept. */
final class Kernels {
  /** Side of a tile: one of 64×64 values to read and one to write fit in the first-level cache. */
  private static final int TILE = 64;

  private Kernels() {}

  /**
   * The transposed matrix.
   *
   * @param matrix {@code rows × columns} values of 32 bits, row-major, little-endian
   * @return {@code columns × rows} values, row-major, little-endian
   */
  static ByteBuffer transpose(ByteBuffer matrix, int rows, int columns) {
    ByteBuffer result = ByteBuffer.allocate(matrix.remaining()).order(ByteOrder.LITTLE_ENDIAN);
    IntBuffer from = matrix.slice().order(ByteOrder.LITTLE_ENDIAN).asIntBuffer();
    IntBuffer to = result.asIntBuffer();
    for (int rowStart = 0; rowStart < rows; rowStart += TILE) {
      int rowEnd = Math.min(rows, rowStart + TILE);
      for (int columnStart = 0; columnStart < columns; columnStart += TILE) {
        int columnEnd = Math.min(columns, columnStart + TILE);
        for (int row = rowStart; row < rowEnd; row++) {
          for (int column = columnStart; column < columnEnd; column++) {
            to.put(column * rows + row, from.get(row * columns + column));
          }
        }
      }
    }
    return result;
  }
}
