package io.github.trawl.tensor;

/**
 * The shape of K slices of I × K·I that, one below the other, make a lower triangular matrix: the L
 * of an LQ decomposition, which holds the coordinates of a tensor's slices in an orthonormal basis
 * of their rows.
 *
 * @param depth the number of slices, K
 * @param rows the number of rows of a slice, I
 */
public record LowerTriangleShape(int depth, int rows) {
  /**
   * The largest K·I. Beyond it, computing the basis takes as long as the iterations of a solve of
   * small rank.
   */
  private static final int MAX_ORDER = 4096;

  /**
   * Whether a tensor of this shape can be replaced by such coordinates: over all slices, it has no
   * more rows than columns and no more than {@value #MAX_ORDER}.
   */
  public static boolean suits(int depth, int rows, int columns) {
    long order = (long) depth * rows;
    return order <= columns && order <= MAX_ORDER;
  }

  /** The number of columns, K·I. */
  public int order() {
    return Math.multiplyExact(depth, rows);
  }

  /**
   * The number of leading columns that hold all nonzero values of rows 0 to {@code row} of slice k.
   */
  public int columnsUpTo(int k, int row) {
    return k * rows + row + 1;
  }

  /** The first row of slice k that may have nonzero values from {@code column} on. */
  public int rowsFrom(int k, int column) {
    return Math.max(0, Math.min(rows, column - k * rows));
  }

  /**
   * The number of values that a pass over all panels of rows reads; such a pass leaves out most of
   * the zeros.
   */
  public long valuesByRows() {
    Panels panels = Panels.of(rows);
    long values = 0;
    for (int panel = 0; panel < panels.count(); panel++) {
      for (int k = 0; k < depth; k++) {
        values += (long) panels.size(panel) * columnsUpTo(k, panels.start(panel + 1) - 1);
      }
    }
    return values;
  }

  /**
   * The number of values that a pass over all panels of columns reads; such a pass leaves out most
   * of the zeros.
   */
  public long valuesByColumns() {
    Panels panels = Panels.of(order());
    long values = 0;
    for (int panel = 0; panel < panels.count(); panel++) {
      for (int k = 0; k < depth; k++) {
        values += (long) panels.size(panel) * (rows - rowsFrom(k, panels.start(panel)));
      }
    }
    return values;
  }
}
