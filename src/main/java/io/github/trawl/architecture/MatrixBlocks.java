package io.github.trawl.architecture;

import java.nio.FloatBuffer;

/** Values of a logical matrix, computed block by block. */
@FunctionalInterface
public interface MatrixBlocks {
  /**
   * Writes a block of the matrix to {@code target}, row-major.
   *
   * @param rowStart first row
   * @param rowCount number of rows
   * @param columnStart first column
   * @param columnCount number of columns
   * @param target a heap buffer at position 0 with exactly {@code rowCount · columnCount} elements
   */
  void read(int rowStart, int rowCount, int columnStart, int columnCount, FloatBuffer target);
}
