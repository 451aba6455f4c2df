package io.github.trawl.tensor;

import io.github.trawl.linalg.FloatMatrix;
import io.github.trawl.linalg.OffHeapMemory;
import java.nio.FloatBuffer;

/**
 * The factors of a {@link KruskalTensor} outside the heap.
 *
 * @param weights 1×R
 * @param c the factor of the slices, K×R
 * @param a the factor of the rows, I×R
 * @param b the factor of the columns, J×R
 * @param memory where scratch matrices are made; not closed with the factors
 */
public record KruskalMatrices(
    FloatMatrix weights, FloatMatrix c, FloatMatrix a, FloatMatrix b, OffHeapMemory memory)
    implements FactorMatrices {

  @Override
  public void reconstruct(
      int slice, int rowStart, int rowCount, int columnStart, int columnCount, FloatBuffer target) {
    float[] scales = weights.rowRange(0, 1).toArray();
    float[] sliceFactor = c.rowRange(slice, 1).toArray();
    for (int r = 0; r < scales.length; r++) {
      scales[r] *= sliceFactor[r];
    }
    FloatMatrix left = a.rowRange(rowStart, rowCount);
    float[] row = new float[scales.length];
    BlockProduct.multiply(
        memory,
        rowCount,
        (start, panel) -> {
          for (int i = 0; i < panel.rows(); i++) {
            left.read(start + i, 0, row, 0, row.length);
            for (int r = 0; r < row.length; r++) {
              row[r] *= scales[r];
            }
            panel.write(i, 0, row, 0, row.length);
          }
        },
        b.rowRange(columnStart, columnCount),
        target);
  }

  @Override
  public void close() {
    weights.close();
    c.close();
    a.close();
    b.close();
  }
}
