package io.github.trawl.tensor;

import io.github.trawl.linalg.Blas;
import io.github.trawl.linalg.BlasProvider;
import io.github.trawl.linalg.FloatMatrix;
import io.github.trawl.linalg.OffHeapMemory;
import java.nio.FloatBuffer;

/** The product of two row-major factors, the second one transposed, through native memory. */
final class BlockProduct {
  /**
   * The most values of the result that are computed at a time, unless a row has more. It bounds the
   * scratch memory.
   */
  private static final int MAX_PANEL_VALUES = 4 << 20;

  /**
   * The most values of the left factor that are in scratch memory at a time, unless a row has more.
   */
  private static final int MAX_LEFT_VALUES = 1 << 20;

  private BlockProduct() {}

  /** Supplies rows of a left factor when they are needed. */
  interface LeftRows {
    /** Fills {@code panel} with the rows from {@code start} on. */
    void read(int start, FloatMatrix panel);
  }

  /**
   * target ← left · rightᵀ, for a right factor outside the heap.
   *
   * @param memory where the scratch matrices, a panel of left rows and one of the result, are made
   * @param rows the number of rows of the left factor
   * @param right columns×inner
   */
  static void multiply(
      OffHeapMemory memory, int rows, LeftRows left, FloatMatrix right, FloatBuffer target) {
    int columns = right.rows();
    int inner = right.columns();
    if (rows == 0 || columns == 0) {
      return;
    }
    int widest = Math.min(MAX_PANEL_VALUES / columns, MAX_LEFT_VALUES / inner);
    int panel = Math.max(1, Math.min(rows, widest));
    try (FloatMatrix a = memory.floats(panel, inner);
        FloatMatrix product = memory.floats(panel, columns)) {
      for (int start = 0; start < rows; start += panel) {
        int count = Math.min(panel, rows - start);
        FloatMatrix result = product.rowRange(0, count);
        left.read(start, a.rowRange(0, count));
        BlasProvider.blas().multiply(1f, a.rowRange(0, count), false, right, true, 0f, result);
        target.put(result.span(0, 0, count * columns));
      }
    }
  }

  /**
   * target ← left · rightᵀ, for left of {@code rows}×{@code inner} from {@code leftOffset} on and
   * right of {@code columns}×{@code inner} from {@code rightOffset} on.
   */
  static void multiply(
      float[] left,
      int leftOffset,
      int rows,
      float[] right,
      int rightOffset,
      int columns,
      int inner,
      FloatBuffer target) {
    if (rows == 0 || columns == 0) {
      return;
    }
    Blas blas = BlasProvider.blas();
    int panel = Math.max(1, Math.min(rows, MAX_PANEL_VALUES / columns));
    long bytes = 4L * ((long) columns * inner + (long) panel * (inner + columns)) + (1 << 12);
    // Twice as much, since the allocator may round up to powers of two.
    try (OffHeapMemory memory = OffHeapMemory.limitedTo(2 * bytes);
        FloatMatrix b = memory.floats(columns, inner);
        FloatMatrix a = memory.floats(panel, inner);
        FloatMatrix product = memory.floats(panel, columns)) {
      b.span(0, 0, columns * inner).put(right, rightOffset, columns * inner);
      for (int start = 0; start < rows; start += panel) {
        int count = Math.min(panel, rows - start);
        a.span(0, 0, count * inner).put(left, leftOffset + start * inner, count * inner);
        FloatMatrix result = product.rowRange(0, count);
        blas.multiply(1f, a.rowRange(0, count), false, b, true, 0f, result);
        target.put(result.span(0, 0, count * columns));
      }
    }
  }
}
