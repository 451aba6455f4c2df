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
 * The solved rows of B of one panel of columns.
 *
 * @param index the panel
 * @param rows count×W
 * @param grams BᵀB of the panel, R·R values a member; null in a copy that was sent to another
 *     process
 */
@SuppressWarnings("ArrayRecordComponent") // A message, read once.
@DefaultSerializer(JavaSerializer.class)
record ColumnPanel(int index, float[] rows, double[][] grams) implements Serializable {

  /**
   * {@code count} columns of the rows, from {@code first} on, of rows that are {@code width} wide.
   */
  float[] columns(int width, int first, int count) {
    float[] columns = new float[rows.length / width * count];
    for (int row = 0; row < rows.length / width; row++) {
      System.arraycopy(rows, row * width + first, columns, row * count, count);
    }
    return columns;
  }

  /**
   * BᵀB of the panel, computed anew, by the same function and so to the same bits, where it was not
   * sent.
   */
  double[][] grams(CpBatch batch, long memoryLimit) {
    return grams != null
        ? grams
        : new CpKernels(BlasProvider.blas(), ExecutorMemory.limitedTo(memoryLimit))
            .grams(batch, rows.length / batch.width(), rows);
  }

  /** Solves a panel from its MTTKRP, {@code count}×W. */
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
