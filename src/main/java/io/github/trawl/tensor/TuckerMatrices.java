package io.github.trawl.tensor;

import io.github.trawl.linalg.BlasProvider;
import io.github.trawl.linalg.FloatMatrix;
import io.github.trawl.linalg.OffHeapMemory;
import java.nio.FloatBuffer;
import java.util.Arrays;

/**
 * The factors of a {@link TuckerTensor} of ranks R0, R1, R2 outside the heap.
 *
 * @param core R0·R1 × R2: the slices of R1×R2, one below the other
 * @param c the factor of the slices, K×R0
 * @param a the factor of the rows, I×R1
 * @param b the factor of the columns, J×R2
 * @param memory where scratch matrices are made; not closed with the factors
 */
public record TuckerMatrices(
    FloatMatrix core, FloatMatrix c, FloatMatrix a, FloatMatrix b, OffHeapMemory memory)
    implements FactorMatrices {

  @Override
  public void reconstruct(
      int slice, int rowStart, int rowCount, int columnStart, int columnCount, FloatBuffer target) {
    FloatMatrix left = a.rowRange(rowStart, rowCount);
    try (FloatMatrix mixed = memory.floats(a.columns(), b.columns())) {
      mix(c.rowRange(slice, 1).toArray(), mixed);
      BlockProduct.multiply(
          memory,
          rowCount,
          (start, panel) ->
              BlasProvider.blas()
                  .multiply(1f, left.rowRange(start, panel.rows()), false, mixed, false, 0f, panel),
          b.rowRange(columnStart, columnCount),
          target);
    }
  }

  /** mixed ← Σ_p weights[p] · core[p], R1×R2. */
  private void mix(float[] weights, FloatMatrix mixed) {
    float[] fibre = new float[mixed.columns()];
    float[] sum = new float[mixed.columns()];
    for (int q = 0; q < mixed.rows(); q++) {
      Arrays.fill(sum, 0);
      for (int p = 0; p < weights.length; p++) {
        core.read(p * mixed.rows() + q, 0, fibre, 0, fibre.length);
        for (int r = 0; r < sum.length; r++) {
          sum[r] += weights[p] * fibre[r];
        }
      }
      mixed.write(q, 0, sum, 0, sum.length);
    }
  }

  @Override
  public void close() {
    core.close();
    c.close();
    a.close();
    b.close();
  }
}
