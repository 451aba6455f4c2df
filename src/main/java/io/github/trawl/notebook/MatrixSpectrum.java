package io.github.trawl.notebook;

import io.github.trawl.decomposition.PanelPool;
import io.github.trawl.decomposition.TruncatedSvd;
import io.github.trawl.linalg.BlasProvider;
import io.github.trawl.linalg.NotFiniteException;
import io.github.trawl.linalg.OffHeapMemory;
import io.github.trawl.solve.CheckpointSource;
import io.github.trawl.tensor.KruskalTensor;
import io.github.trawl.tensor.TensorBlock;
import io.github.trawl.tensor.ValueFormat;
import java.io.Serializable;

/**
 * Computes all singular values of one matrix in this process, with the SVD that {@code trawl
 * denoise} uses.
 *
 * @param label names the matrix in errors
 * @param source reads the matrix, a stack of one slice
 */
record MatrixSpectrum(String label, CheckpointSource source) implements Serializable {
  /** Returns the singular values in descending order, as many as the shorter side is long. */
  float[] compute() {
    return NotFiniteException.withStackName(label, this::values);
  }

  private float[] values() {
    int rank = Math.min(source.rows(), source.columns());
    try (OffHeapMemory memory = OffHeapMemory.limitedTo(bytes(source.rows(), source.columns()));
        PanelPool pool = new PanelPool(1);
        TensorBlock block = source.load(0, source.rows(), ValueFormat.FLOAT32, memory)) {
      KruskalTensor tensor =
          (KruskalTensor)
              new TruncatedSvd(BlasProvider.blas(), memory, pool)
                  .decompose(block.slice(0), rank)
                  .tensor();
      return tensor.spectrum();
    }
  }

  /**
   * Returns the off-heap bytes to allow: the matrix, 1 MiB, and twice the scratch that {@link
   * TruncatedSvd} states for one thread and the rank of the shorter side, because allocations may
   * be rounded up to powers of two.
   */
  static long bytes(int rows, int columns) {
    long shorter = Math.min(rows, columns);
    long longer = Math.max(rows, columns);
    long scratch = 16 * shorter * shorter + 4 * longer * shorter + 8 * 512 * 2 * shorter;
    return 4L * rows * columns + 2 * scratch + (1 << 20);
  }
}
