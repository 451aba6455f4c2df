package io.github.trawl.decomposition;

import io.github.trawl.linalg.Blas;
import io.github.trawl.linalg.DoubleMatrix;
import io.github.trawl.linalg.FloatMatrix;
import io.github.trawl.linalg.OffHeapMemory;
import io.github.trawl.tensor.Panels;
import java.util.Arrays;
import java.util.List;

/**
 * Computes leading singular values and vectors of a float32 matrix M from the eigenvectors of the
 * float64 Gram matrix of its shorter side.
 *
 * <p>A float64 Gram matrix resolves singular values down to about √(n·2⁻⁵²) of the largest one, n
 * being the shorter side: for n = 768 that is 4e-7, about the precision of the float32 values
 * themselves. {@link #triplets} sets smaller singular values to zero. In each column of the left
 * vectors the entry of the largest magnitude is positive; where only right vectors are computed,
 * that holds for them.
 */
final class SingularVectors {
  private static final double EPSILON = 0x1p-52;

  /** Vectors whose inner products may be larger than this are made orthogonal once more. */
  private static final double OVERLAP = 1e-8;

  private static final int MAX_ORTHOGONALISATIONS = 20;

  private final Blas blas;
  private final OffHeapMemory memory;
  private final PanelPool pool;

  SingularVectors(Blas blas, OffHeapMemory memory, PanelPool pool) {
    this.blas = blas;
    this.memory = memory;
    this.pool = pool;
  }

  /**
   * Leading singular values with the left and right vectors.
   *
   * @param values the singular values σ, descending, as many as asked for
   * @param left rows×count, orthonormal columns; a column is zero where σ is zero
   * @param right columns×count, likewise
   * @param squaredNorm ‖M‖²
   */
  @SuppressWarnings("ArrayRecordComponent") // Handed over once.
  record Triplets(double[] values, float[] left, float[] right, double squaredNorm) {}

  /**
   * Leading singular values with the vectors of one side.
   *
   * @param values the singular values, descending
   * @param vectors one in each column, orthonormal; if they are the vectors of the longer side of
   *     the matrix, a column is zero where its value is zero
   */
  @SuppressWarnings("ArrayRecordComponent") // Handed over once.
  record Vectors(double[] values, float[] vectors) {}

  /** Returns the {@code count} leading triplets, at most as many as the shorter side is long. */
  Triplets triplets(BlockMatrix matrix, int count) {
    boolean ofRows = matrix.rows() <= matrix.columns();
    int shorter = Math.min(matrix.rows(), matrix.columns());
    int longer = Math.max(matrix.rows(), matrix.columns());
    try (DoubleMatrix allVectors = memory.doubles(pairsToCompute(count, shorter), shorter);
        FloatMatrix image = memory.floats(longer, count)) {
      double squaredNorm = eigenpairs(matrix, ofRows, new double[allVectors.rows()], allVectors);
      DoubleMatrix vectors = allVectors.rowRange(0, count);
      double[] values = image(matrix, ofRows, vectors, image);
      normalise(values, shorter, image);
      float[] shorterVectors = transposed(vectors, values);
      float[] longerVectors = image.toArray();
      if (ofRows) {
        fixSigns(count, shorterVectors, longerVectors);
        return new Triplets(values, shorterVectors, longerVectors, squaredNorm);
      }
      fixSigns(count, longerVectors, shorterVectors);
      return new Triplets(values, longerVectors, shorterVectors, squaredNorm);
    }
  }

  /** The leading left singular vectors of a matrix with their singular values. */
  Vectors left(BlockMatrix matrix, int count) {
    if (matrix.rows() <= matrix.columns()) {
      return shorterSideVectors(matrix, true, count);
    }
    Triplets triplets = triplets(matrix, count);
    return new Vectors(triplets.values(), triplets.left());
  }

  /** The leading right singular vectors of a matrix with their singular values. */
  Vectors right(BlockMatrix matrix, int count) {
    if (matrix.columns() <= matrix.rows()) {
      return shorterSideVectors(matrix, false, count);
    }
    Triplets triplets = triplets(matrix, count);
    return new Vectors(triplets.values(), triplets.right());
  }

  /** Returns the vectors of the shorter side, which are the eigenvectors of the Gram matrix. */
  private Vectors shorterSideVectors(BlockMatrix matrix, boolean ofRows, int count) {
    int order = Math.min(matrix.rows(), matrix.columns());
    try (DoubleMatrix vectors = memory.doubles(pairsToCompute(count, order), order)) {
      double[] eigenvalues = new double[vectors.rows()];
      eigenpairs(matrix, ofRows, eigenvalues, vectors);
      double[] values = new double[count];
      for (int r = 0; r < count; r++) {
        values[r] = Math.sqrt(Math.max(0, eigenvalues[r]));
      }
      // Eigenvectors are orthonormal also where the singular value is zero: none becomes zero here.
      double[] nonzero = new double[count];
      Arrays.fill(nonzero, 1);
      float[] result = transposed(vectors.rowRange(0, count), nonzero);
      fixSigns(count, result, new float[0]);
      return new Vectors(values, result);
    }
  }

  /**
   * Returns how many eigenpairs to compute: all where more than half are wanted. For order 768,
   * LAPACK finds all pairs in 0.24 s, 767 of them in 0.58 s, and half of them in no less time than
   * all, because it finds a subset by bisection, pair by pair.
   */
  private static int pairsToCompute(int count, int order) {
    return 2L * count > order ? order : count;
  }

  /** Computes the largest eigenpairs of the Gram matrix, and returns its trace, ‖M‖². */
  private double eigenpairs(
      BlockMatrix matrix, boolean ofRows, double[] eigenvalues, DoubleMatrix vectors) {
    int order = vectors.columns();
    try (DoubleMatrix gram = memory.doubles(order, order)) {
      GramMatrix.compute(blas, memory, pool, matrix, ofRows, gram);
      double trace = 0;
      for (int i = 0; i < order; i++) {
        trace += gram.get(i, i);
      }
      blas.largestEigenpairs(gram, eigenvalues, vectors);
      return trace;
    }
  }

  /** image ← Mᵀ·Vᵀ if {@code ofRows}, else M·Vᵀ, for the vectors V; returns its columns' norms. */
  private double[] image(
      BlockMatrix matrix, boolean ofRows, DoubleMatrix vectors, FloatMatrix image) {
    int shorter = vectors.columns();
    int count = vectors.rows();
    Panels panels = Panels.of(image.rows());
    double[] squares = new double[count];
    for (double[] part :
        pool.map(
            panels,
            (start, size) -> {
              try (DoubleMatrix values =
                      ofRows ? memory.doubles(shorter, size) : memory.doubles(size, shorter);
                  DoubleMatrix product = memory.doubles(size, count)) {
                matrix.read(ofRows ? 0 : start, ofRows ? start : 0, values);
                blas.multiply(1.0, values, ofRows, vectors, true, 0.0, product);
                return write(product, image.rowRange(start, size));
              }
            })) {
      for (int r = 0; r < count; r++) {
        squares[r] += part[r];
      }
    }
    for (int r = 0; r < count; r++) {
      squares[r] = Math.sqrt(squares[r]);
    }
    return squares;
  }

  /** target ← source, rounded to float32; returns the squared norms of the source's columns. */
  private static double[] write(DoubleMatrix source, FloatMatrix target) {
    double[] squares = new double[source.columns()];
    double[] row = new double[source.columns()];
    float[] rounded = new float[source.columns()];
    for (int i = 0; i < source.rows(); i++) {
      source.read(i, 0, row, 0, row.length);
      for (int r = 0; r < row.length; r++) {
        squares[r] += row[r] * row[r];
        rounded[r] = (float) row[r];
      }
      target.write(i, 0, rounded, 0, rounded.length);
    }
    return squares;
  }

  /**
   * Scales the columns of {@code image} to unit length, and makes them orthogonal once more where
   * rounding may have spoilt that. Where a value is below the resolution, the value and its column
   * become zero.
   *
   * @param values the norms of the columns
   * @param shorter the length of the shorter side
   */
  private void normalise(double[] values, int shorter, FloatMatrix image) {
    double cutoff = Math.sqrt(shorter * EPSILON) * values[0];
    double[] scales = new double[values.length];
    int rank = 0;
    for (int r = 0; r < values.length; r++) {
      // Rounding may have put nearly equal values out of order.
      values[r] = r == 0 ? values[r] : Math.min(values[r], values[r - 1]);
      if (values[r] > cutoff) {
        scales[r] = 1 / values[r];
        rank++;
      } else {
        values[r] = 0;
      }
    }
    scaleColumns(image, scales);
    if (rank > 0) {
      // Rounding in the Gram matrix may leave inner products of n·ε·σ₁²/(σᵢ·σⱼ) between columns.
      double ratio = values[0] / values[rank - 1];
      if (shorter * EPSILON * ratio * ratio > OVERLAP) {
        orthogonalise(image.columnRange(0, rank));
      }
    }
  }

  private static void scaleColumns(FloatMatrix matrix, double[] scales) {
    float[] row = new float[scales.length];
    for (int i = 0; i < matrix.rows(); i++) {
      matrix.read(i, 0, row, 0, row.length);
      for (int r = 0; r < row.length; r++) {
        row[r] = (float) (row[r] * scales[r]);
      }
      matrix.write(i, 0, row, 0, row.length);
    }
  }

  /**
   * Replaces nearly orthonormal columns by the closest orthonormal ones: Newton and Schulz's
   * iteration for the polar factor, V ← V·(3I − VᵀV)/2 (Higham, Functions of Matrices, section
   * 8.3). It ends when no entry of VᵀV − I exceeds ten times {@link #OVERLAP}, or after {@link
   * #MAX_ORTHOGONALISATIONS} steps.
   */
  private void orthogonalise(FloatMatrix v) {
    int rank = v.columns();
    BlockMatrix matrix = BlockMatrix.stacked(List.of(v));
    Panels panels = Panels.of(v.rows());
    try (DoubleMatrix step = memory.doubles(rank, rank)) {
      for (int i = 0; i < MAX_ORTHOGONALISATIONS; i++) {
        GramMatrix.compute(blas, memory, pool, matrix, false, step);
        if (toNewtonSchulzStep(step) <= OVERLAP * 10) {
          return;
        }
        pool.map(
            panels,
            (start, size) -> {
              try (DoubleMatrix old = memory.doubles(size, rank);
                  DoubleMatrix product = memory.doubles(size, rank)) {
                matrix.read(start, 0, old);
                blas.multiply(1.0, old, false, step, false, 0.0, product);
                return write(product, v.rowRange(start, size));
              }
            });
      }
    }
  }

  /** Turns the lower triangle of G into (3I − G)/2; returns the largest entry of |G − I|. */
  private static double toNewtonSchulzStep(DoubleMatrix gram) {
    double largest = 0;
    for (int row = 0; row < gram.rows(); row++) {
      for (int column = 0; column <= row; column++) {
        double identity = row == column ? 1 : 0;
        double value = gram.get(row, column);
        largest = Math.max(largest, Math.abs(value - identity));
        gram.set(row, column, 1.5 * identity - 0.5 * value);
        gram.set(column, row, 1.5 * identity - 0.5 * value);
      }
    }
    return largest;
  }

  /** The rows of {@code vectors} as columns; those with a zero value become zero. */
  private static float[] transposed(DoubleMatrix vectors, double[] values) {
    int count = vectors.rows();
    float[] result = new float[Math.multiplyExact(vectors.columns(), count)];
    double[] row = new double[vectors.columns()];
    for (int r = 0; r < count; r++) {
      if (values[r] > 0) {
        vectors.read(r, 0, row, 0, row.length);
        for (int i = 0; i < row.length; i++) {
          result[i * count + r] = (float) row[i];
        }
      }
    }
    return result;
  }

  /** Makes the largest entry of each left vector positive, and flips the right one with it. */
  private static void fixSigns(int count, float[] left, float[] right) {
    float[] largest = new float[count];
    for (int i = 0; i < left.length; i++) {
      if (Math.abs(left[i]) > Math.abs(largest[i % count])) {
        largest[i % count] = left[i];
      }
    }
    flip(left, largest);
    flip(right, largest);
  }

  private static void flip(float[] factor, float[] signs) {
    for (int i = 0; i < factor.length; i++) {
      if (signs[i % signs.length] < 0) {
        factor[i] = -factor[i];
      }
    }
  }
}
