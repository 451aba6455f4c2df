package io.github.trawl.distributed;

import com.esotericsoftware.kryo.DefaultSerializer;
import com.esotericsoftware.kryo.serializers.JavaSerializer;
import io.github.trawl.decomposition.CpBatch;
import io.github.trawl.decomposition.CpKernels;
import io.github.trawl.linalg.BlasProvider;
import io.github.trawl.linalg.FloatMatrix;
import io.github.trawl.linalg.OffHeapMemory;
import io.github.trawl.spark.ExecutorMemory;
import java.io.Serializable;

/**
 * The solved rows of B for one panel of columns of X.
 *
 * @param index the index of the panel
 * @param rows count×W
 * @param grams BᵀB of the panel, R·R values per member; null in a copy that was sent to another
 *     process
 */
@SuppressWarnings("ArrayRecordComponent") // A message, read once.
@DefaultSerializer(JavaSerializer.class)
record ColumnPanel(int index, float[] rows, double[][] grams) implements Serializable {

  /**
   * Returns {@code count} columns of the rows from column {@code first} on.
   *
   * @param width the number of columns of the rows, W
   */
  float[] columns(int width, int first, int count) {
    float[] columns = new float[rows.length / width * count];
    for (int row = 0; row < rows.length / width; row++) {
      System.arraycopy(rows, row * width + first, columns, row * count, count);
    }
    return columns;
  }

  /**
   * Returns BᵀB of the panel. In a copy that another process sent without it, it is computed again,
   * by the same function and so to the same bits.
   */
  double[][] grams(CpBatch batch, long memoryLimit) {
    return grams != null
        ? grams
        : new CpKernels(BlasProvider.blas(), ExecutorMemory.limitedTo(memoryLimit))
            .grams(batch, rows.length / batch.width(), rows);
  }

  /** Solves a panel from its MTTKRP, which has a row of W values for each column of the panel. */
  static ColumnPanel solve(IterationInput input, int index, float[] mttkrp, long memoryLimit) {
    CpBatch batch = input.batch();
    int count = mttkrp.length / batch.width();
    OffHeapMemory memory = ExecutorMemory.limitedTo(memoryLimit);
    try (FloatMatrix right = memory.floatScratch(count, batch.width());
        FloatMatrix solution = memory.floatScratch(count, batch.width())) {
      right.copyFrom(mttkrp);
      double[][] grams =
          new CpKernels(BlasProvider.blas(), memory)
              .solveColumns(batch, right, input.columnSystem(), solution);
      return new ColumnPanel(index, solution.toArray(), grams);
    }
  }
}
