package io.github.trawl.decomposition;

import io.github.trawl.linalg.Blas;
import io.github.trawl.linalg.DoubleMatrix;
import io.github.trawl.linalg.OffHeapMemory;
import io.github.trawl.tensor.Panels;
import java.util.ArrayList;
import java.util.List;

/**
 * Computes the lower triangle of M·Mᵀ or Mᵀ·M in float64, for a matrix M of 32-bit or 16-bit
 * values.
 *
 * <p>The triangle is divided into tiles and the inner dimension into panels that depend on the
 * shape alone: threads share the tiles, and the bits do not depend on the number of threads.
 * Scratch memory is one panel in float64.
 */
final class GramMatrix {
  /** The most rows and columns of a tile of the triangle. */
  private static final int TILE = 256;

  /** The indices of a tile of the triangle in the grid of tiles. */
  private record Tile(int row, int column) {}

  private GramMatrix() {}

  /**
   * Returns the bytes of scratch memory for a Gram matrix of this order, each entry of which is a
   * sum of {@code inner} products.
   */
  static long scratchBytes(int order, int inner) {
    return (long) Double.BYTES * order * Panels.of(inner).largest();
  }

  /**
   * Sets the lower triangle of {@code gram} to that of M·Mᵀ if {@code ofRows} is true, or else of
   * Mᵀ·M. The entries above the diagonal are undefined.
   */
  static void compute(
      Blas blas,
      OffHeapMemory memory,
      PanelPool pool,
      WidenedMatrix matrix,
      boolean ofRows,
      DoubleMatrix gram) {
    int order = ofRows ? matrix.rows() : matrix.columns();
    int inner = ofRows ? matrix.columns() : matrix.rows();
    Panels tiles = Panels.ofAtMost(order, TILE);
    Panels panels = Panels.of(inner);
    List<Tile> triangle = lowerTriangle(tiles);
    int largest = panels.largest();
    try (DoubleMatrix scratch =
        ofRows ? memory.doubles(order, largest) : memory.doubles(largest, order)) {
      for (int panel = 0; panel < panels.count(); panel++) {
        int start = panels.start(panel);
        int size = panels.size(panel);
        double beta = panel == 0 ? 0 : 1;
        DoubleMatrix values = ofRows ? scratch.columnRange(0, size) : scratch.rowRange(0, size);
        pool.map(
            tiles.count(),
            tile -> {
              int first = tiles.start(tile);
              if (ofRows) {
                matrix.read(first, start, part(values, tiles, tile, true));
              } else {
                matrix.read(start, first, part(values, tiles, tile, false));
              }
              return tile;
            });
        pool.map(
            triangle.size(),
            index -> {
              Tile tile = triangle.get(index);
              DoubleMatrix target =
                  gram.rowRange(tiles.start(tile.row()), tiles.size(tile.row()))
                      .columnRange(tiles.start(tile.column()), tiles.size(tile.column()));
              blas.multiply(
                  1.0,
                  part(values, tiles, tile.row(), ofRows),
                  !ofRows,
                  part(values, tiles, tile.column(), ofRows),
                  ofRows,
                  beta,
                  target);
              return index;
            });
      }
    }
  }

  /** The rows or the columns of {@code values} that belong to a tile. */
  private static DoubleMatrix part(DoubleMatrix values, Panels tiles, int tile, boolean rows) {
    int start = tiles.start(tile);
    int size = tiles.size(tile);
    return rows ? values.rowRange(start, size) : values.columnRange(start, size);
  }

  private static List<Tile> lowerTriangle(Panels tiles) {
    List<Tile> triangle = new ArrayList<>();
    for (int row = 0; row < tiles.count(); row++) {
      for (int column = 0; column <= row; column++) {
        triangle.add(new Tile(row, column));
      }
    }
    return triangle;
  }
}
