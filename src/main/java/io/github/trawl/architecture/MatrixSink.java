package io.github.trawl.architecture;

/** Takes the values of logical matrices tile by tile. */
@FunctionalInterface
public interface MatrixSink {
  /**
   * Takes a tile.
   *
   * @param matrix index of the matrix in the list of matrices to read
   * @param row first row of the tile
   * @param column first column of the tile
   * @param rows number of rows
   * @param columns number of columns
   * @param values rows · columns finite numbers, row by row, from index 0 on; valid during the call
   *     only, since the caller reuses the array
   */
  void put(int matrix, int row, int column, int rows, int columns, float[] values);
}
