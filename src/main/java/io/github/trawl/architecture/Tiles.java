package io.github.trawl.architecture;

import io.github.trawl.checkpoint.TensorInfo;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Helpers for small dense row-major matrices that pass between a tensor and a logical matrix. */
final class Tiles {
  /** Side of the square blocks in a transpose; two of them take up 32 KiB, a first-level cache. */
  static final int BLOCK = 64;

  private static final int EXPONENT = 0x7f800000;

  private Tiles() {}

  /** Writes the transpose of the {@code rows × columns} matrix {@code source} to {@code target}. */
  static void transpose(float[] source, int rows, int columns, float[] target) {
    for (int rowBlock = 0; rowBlock < rows; rowBlock += BLOCK) {
      int rowEnd = Math.min(rows, rowBlock + BLOCK);
      for (int columnBlock = 0; columnBlock < columns; columnBlock += BLOCK) {
        int columnEnd = Math.min(columns, columnBlock + BLOCK);
        for (int row = rowBlock; row < rowEnd; row++) {
          for (int column = columnBlock; column < columnEnd; column++) {
            target[column * rows + row] = source[row * columns + column];
          }
        }
      }
    }
  }

  /** The index of the first of {@code count} values that is NaN or infinite, or -1. */
  static int firstNonFinite(float[] values, int count) {
    // An integer maximum is vectorised, a search that stops at the first hit is not.
    int largest = 0;
    for (int i = 0; i < count; i++) {
      largest = Math.max(largest, Float.floatToRawIntBits(values[i]) & EXPONENT);
    }
    if (largest < EXPONENT) {
      return -1;
    }
    int index = 0;
    while (Float.isFinite(values[index])) {
      index++;
    }
    return index;
  }

  /** A little-endian view of {@code length} bytes of {@code bytes} from {@code offset} on. */
  static ByteBuffer littleEndian(ByteBuffer bytes, int offset, int length) {
    return bytes.duplicate().clear().slice(offset, length).order(ByteOrder.LITTLE_ENDIAN);
  }

  /** Names an element of a tensor: file, tensor and index. */
  static String element(TensorInfo tensor, long row, long column) {
    return "%s: tensor %s, index [%d, %d]".formatted(tensor.file(), tensor.name(), row, column);
  }
}
