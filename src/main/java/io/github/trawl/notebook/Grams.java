package io.github.trawl.notebook;

import io.github.trawl.linalg.BlasProvider;
import io.github.trawl.linalg.DoubleMatrix;
import io.github.trawl.linalg.OffHeapMemory;
import java.util.Comparator;
import java.util.stream.IntStream;

/** Helpers to compute the {@link Components} of Kruskal and Tucker tensors. */
final class Grams {
  /** The most rows multiplied at a time. */
  private static final int ROWS = 1024;

  private Grams() {}

  /** Computes MᵀM in float64, row-major, of a row-major matrix M with {@code columns} columns. */
  static double[] gram(float[] matrix, int columns) {
    int rows = matrix.length / columns;
    int block = Math.min(ROWS, rows);
    // The limit is twice that, because allocations may be rounded up to powers of two.
    long bytes = 8L * columns * (columns + block);
    try (OffHeapMemory memory = OffHeapMemory.limitedTo(2 * bytes + (1 << 20));
        DoubleMatrix gram = memory.doubles(columns, columns);
        DoubleMatrix part = memory.doubles(block, columns)) {
      double[] row = new double[columns];
      for (int start = 0; start < rows; start += block) {
        int count = Math.min(block, rows - start);
        for (int i = 0; i < count; i++) {
          for (int r = 0; r < columns; r++) {
            row[r] = matrix[(start + i) * columns + r];
          }
          part.write(i, 0, row, 0, columns);
        }
        BlasProvider.blas().gram(part.rowRange(0, count), start == 0 ? 0 : 1, gram);
      }
      return gram.toArray();
    }
  }

  /**
   * Returns components sorted by descending size.
   *
   * @param sizes the norms of the components, in any order
   * @param bySlice {@link Components#normsBySlice}, but in the order of {@code sizes}
   * @param products {@link Components#sliceProducts}
   */
  static Components sortedComponents(double[] sizes, double[] bySlice, double[] products) {
    int rank = sizes.length;
    int[] order =
        IntStream.range(0, rank)
            .boxed()
            .sorted(Comparator.comparingDouble(component -> -sizes[component]))
            .mapToInt(Integer::intValue)
            .toArray();
    float[] sortedSizes = new float[rank];
    float[] sorted = new float[bySlice.length];
    for (int r = 0; r < rank; r++) {
      sortedSizes[r] = (float) sizes[order[r]];
      for (int at = 0; at < bySlice.length; at += rank) {
        sorted[at + r] = (float) bySlice[at + order[r]];
      }
    }
    return new Components(sortedSizes, sorted, products);
  }
}
