package io.github.trawl.decomposition;

import io.github.trawl.linalg.Blas;
import io.github.trawl.linalg.DoubleMatrix;
import io.github.trawl.linalg.FloatMatrix;
import io.github.trawl.linalg.NotFiniteException;
import io.github.trawl.linalg.OffHeapMemory;
import io.github.trawl.tensor.Panels;
import java.util.Arrays;
import java.util.List;

/**
 * The products of an iteration of {@link TuckerHooi}, for slices X_k of I×J and factors A (I×R1), B
 * (J×R2) and C (K×R0).
 *
 * <p>Two passes over X serve the three modes: Y_k = X_k·B for slices and rows, Z_k = X_kᵀ·A for
 * columns. A null C stands for the identity, with R0 = K.
 */
final class TuckerPasses {
  private final List<FloatMatrix> slices;
  private final Blas blas;
  private final OffHeapMemory memory;
  private final PanelPool pool;
  private final int rows;
  private final int columns;

  TuckerPasses(List<FloatMatrix> slices, Blas blas, OffHeapMemory memory, PanelPool pool) {
    this.slices = slices;
    this.blas = blas;
    this.memory = memory;
    this.pool = pool;
    this.rows = slices.get(0).rows();
    this.columns = slices.get(0).columns();
  }

  /** ‖X‖² in float64. */
  double squaredNorm() {
    Panels panels = Panels.of(rows);
    double sum = 0;
    for (double part : pool.map(panels, this::squaredNorm)) {
      sum += part;
    }
    return sum;
  }

  private double squaredNorm(int start, int count) {
    float[] row = new float[columns];
    double sum = 0;
    for (FloatMatrix slice : slices) {
      for (int i = start; i < start + count; i++) {
        slice.read(i, 0, row, 0, columns);
        for (float value : row) {
          sum += (double) value * value;
        }
      }
    }
    return sum;
  }

  /** products ← [X_0·B … X_{K−1}·B], I × K·R2. */
  void projectColumns(FloatMatrix b, FloatMatrix products) {
    Panels panels = Panels.of(rows);
    pool.forEach(
        panels,
        (start, size) -> {
          FloatMatrix target = products.rowRange(start, size);
          for (int k = 0; k < slices.size(); k++) {
            FloatMatrix part = target.columnRange(k * b.columns(), b.columns());
            blas.multiply(1f, slices.get(k).rowRange(start, size), false, b, false, 0f, part);
          }
        });
  }

  /** target ← [Σ_k C[k,p]·X_kᵀ·A for p = 0 … R0−1], J × R0·R1. */
  void projectRows(FloatMatrix a, float[] c, FloatMatrix target) {
    int width = a.columns();
    Panels panels = Panels.of(columns);
    pool.forEach(
        panels,
        (start, size) -> {
          FloatMatrix result = target.rowRange(start, size);
          if (c == null) {
            projectRows(a, start, result);
          } else {
            try (FloatMatrix uncombined = memory.floats(size, slices.size() * width)) {
              projectRows(a, start, uncombined);
              combineSliceRows(uncombined, width, c, result);
            }
          }
        });
  }

  private void projectRows(FloatMatrix a, int start, FloatMatrix target) {
    int width = a.columns();
    for (int k = 0; k < slices.size(); k++) {
      blas.multiply(
          1f,
          slices.get(k).columnRange(start, target.rows()),
          true,
          a,
          false,
          0f,
          target.columnRange(k * width, width));
    }
  }

  /**
   * combined ← [Σ_k C[k,p]·Y_k for p = 0 … R0−1], I × R0·R2.
   *
   * @param products [Y_0 … Y_{K−1}]
   * @param width the number of columns of a Y_k, R2
   */
  void combineSlices(FloatMatrix products, int width, float[] c, FloatMatrix combined) {
    Panels panels = Panels.of(products.rows());
    pool.forEach(
        panels,
        (start, size) -> {
          combineSliceRows(
              products.rowRange(start, size), width, c, combined.rowRange(start, size));
        });
  }

  private void combineSliceRows(FloatMatrix products, int width, float[] c, FloatMatrix combined) {
    int depthRank = c.length / slices.size();
    float[] source = new float[products.columns()];
    float[] target = new float[combined.columns()];
    double[] sums = new double[width];
    for (int row = 0; row < products.rows(); row++) {
      products.read(row, 0, source, 0, source.length);
      for (int p = 0; p < depthRank; p++) {
        Arrays.fill(sums, 0);
        for (int k = 0; k < slices.size(); k++) {
          double weight = c[k * depthRank + p];
          for (int r = 0; r < width; r++) {
            sums[r] += weight * source[k * width + r];
          }
        }
        for (int r = 0; r < width; r++) {
          target[p * width + r] = (float) sums[r];
        }
      }
      combined.write(row, 0, target, 0, target.length);
    }
  }

  /**
   * Returns C, K×R0: the leading left singular vectors of the K × R1·R2 matrix whose row k holds
   * the values of AᵀY_k.
   *
   * @param products [Y_0 … Y_{K−1}]
   * @param depthRank R0
   */
  float[] sliceFactor(FloatMatrix a, FloatMatrix products, int depthRank) {
    int depth = slices.size();
    int width = products.columns() / depth;
    double[] values = new double[depthRank];
    try (FloatMatrix projected = memory.floats(a.columns(), products.columns());
        DoubleMatrix gram = memory.doubles(depth, depth);
        DoubleMatrix vectors = memory.doubles(depthRank, depth)) {
      blas.multiply(1f, a, true, products, false, 0f, projected);
      addSliceGram(projected, width, gram);
      blas.largestEigenpairs(gram, values, vectors);
      float[] c = new float[depth * depthRank];
      for (int p = 0; p < depthRank; p++) {
        for (int k = 0; k < depth; k++) {
          c[k * depthRank + p] = (float) vectors.get(p, k);
        }
      }
      return c;
    }
  }

  /** gram[k,l] += ⟨AᵀY_k, AᵀY_l⟩, from all AᵀY_k side by side, each {@code width} wide. */
  private void addSliceGram(FloatMatrix projected, int width, DoubleMatrix gram) {
    try (DoubleMatrix row = memory.doubles(slices.size(), width);
        DoubleMatrix source = memory.doubles(1, projected.columns())) {
      for (int q = 0; q < projected.rows(); q++) {
        BlockMatrix.stacked(List.of(projected)).read(q, 0, source);
        row.copyFrom(source.toArray());
        blas.multiply(1.0, row, false, row, true, 1.0, gram);
      }
    }
  }

  /**
   * Returns the core, R0×R1×R2 values.
   *
   * @param projected the result of {@link #projectRows(FloatMatrix, float[], FloatMatrix)}
   */
  float[] core(FloatMatrix projected, FloatMatrix b) {
    Panels panels = Panels.of(columns);
    BlockMatrix left = BlockMatrix.stacked(List.of(projected));
    BlockMatrix right = BlockMatrix.stacked(List.of(b));
    try (DoubleMatrix sum = memory.doubles(projected.columns(), b.columns())) {
      for (int panel = 0; panel < panels.count(); panel++) {
        int start = panels.start(panel);
        int size = panels.size(panel);
        try (DoubleMatrix leftRows = memory.doubles(size, projected.columns());
            DoubleMatrix rightRows = memory.doubles(size, b.columns())) {
          left.read(start, 0, leftRows);
          right.read(start, 0, rightRows);
          blas.multiply(1.0, leftRows, true, rightRows, false, 1.0, sum);
        }
      }
      double[] values = sum.toArray();
      float[] core = new float[values.length];
      for (int i = 0; i < core.length; i++) {
        core[i] = (float) values[i];
        NotFiniteException.check("a value of the core", core[i]);
      }
      return core;
    }
  }
}
