package io.github.trawl.ml;

import io.github.trawl.decomposition.NormalEquations;
import io.github.trawl.linalg.BlasProvider;
import io.github.trawl.linalg.OffHeapMemory;
import io.github.trawl.spark.BlasSetting;
import java.io.Serializable;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.spark.ml.linalg.Vector;

/**
 * Finds the factors of rows and computes rows from factors of a {@link RowTensor}, in float64. The
 * object is broadcast: all tasks of a process share it.
 */
final class RowModel implements Serializable {
  private static final long serialVersionUID = 1L;

  private final RowTensor tensor;
  private final Map<String, Integer> slices = new HashMap<>();
  private final long[] rows;

  // Created in each process when it is first used there.
  private transient volatile Cache cache;

  /** A slice's W and (Wᵀ·BᵀB·W)⁻¹, both row by row, from which rows are projected. */
  @SuppressWarnings("ArrayRecordComponent") // Never compared.
  private record SliceProjection(double[] sliceMatrix, double[] inverse) {}

  private static final class Cache {
    /** Bᵀ, so that inner loops over the columns of the tensor read consecutive values. */
    private final float[][] columns;

    private final Map<Integer, double[]> sliceMatrices = new ConcurrentHashMap<>();
    private final Map<Integer, SliceProjection> slices = new ConcurrentHashMap<>();

    Cache(RowTensor tensor) {
      float[] b = tensor.columnFactors();
      int rank = tensor.columnRank();
      columns = new float[rank][b.length / rank];
      for (int j = 0; j < b.length / rank; j++) {
        for (int r = 0; r < rank; r++) {
          columns[r][j] = b[j * rank + r];
        }
      }
    }
  }

  /**
   * Creates a model.
   *
   * @param labels of the slices, in order
   * @param rows the ids of the rows, ascending
   */
  RowModel(RowTensor tensor, List<String> labels, long[] rows) {
    this.tensor = tensor;
    this.rows = rows;
    for (String label : labels) {
      slices.put(label, slices.size());
    }
  }

  /** The index of a slice; −1 if there is none of this label. */
  int sliceIndex(String label) {
    return slices.getOrDefault(label, -1);
  }

  /** The index of a row; negative if there is none of this id. */
  int rowIndex(long id) {
    return Arrays.binarySearch(rows, id);
  }

  /** The length of {@link #factor}. */
  int rank() {
    return tensor.rowRank();
  }

  /** The length of a row, which is the number of columns of the tensor. */
  int width() {
    return tensor.columnFactors().length / tensor.columnRank();
  }

  /** The factor that the fit found for a row of this index. */
  double[] factor(int row) {
    int rank = tensor.rowRank();
    double[] factor = new double[rank];
    for (int r = 0; r < rank; r++) {
      factor[r] = tensor.rowFactors()[row * rank + r];
    }
    return factor;
  }

  /** Returns the row that has this factor in a slice: B·W·factor. */
  double[] reconstruct(int slice, double[] factor) {
    Cache cached = cache();
    double[] sliceMatrix = cached.sliceMatrices.computeIfAbsent(slice, tensor::sliceMatrix);
    double[] result = new double[width()];
    for (int r = 0; r < tensor.columnRank(); r++) {
      double weight = 0;
      for (int q = 0; q < factor.length; q++) {
        weight += sliceMatrix[r * factor.length + q] * factor[q];
      }
      float[] column = cached.columns[r];
      for (int j = 0; j < result.length; j++) {
        result[j] += weight * column[j];
      }
    }
    return result;
  }

  /**
   * Returns the factor whose row is closest to {@code values}: the least-squares solution. If there
   * are several, returns the one that is shortest after each of its components is multiplied by the
   * norm of its column of B·W.
   *
   * @param values as many as the tensor has columns
   */
  double[] project(int slice, Vector values) {
    int rank = tensor.columnRank();
    float[] b = tensor.columnFactors();
    double[] products = new double[rank];
    values.foreachNonZero(
        (index, value) -> {
          int start = (int) index * rank;
          for (int r = 0; r < rank; r++) {
            products[r] += (double) value * b[start + r];
          }
          return scala.runtime.BoxedUnit.UNIT;
        });
    SliceProjection projection = cache().slices.computeIfAbsent(slice, this::sliceProjection);
    double[] right = new double[rank()];
    for (int r = 0; r < rank; r++) {
      for (int q = 0; q < right.length; q++) {
        right[q] += projection.sliceMatrix[r * right.length + q] * products[r];
      }
    }
    double[] factor = new double[right.length];
    for (int q = 0; q < right.length; q++) {
      for (int p = 0; p < right.length; p++) {
        factor[q] += projection.inverse[q * right.length + p] * right[p];
      }
    }
    return factor;
  }

  private Cache cache() {
    if (cache == null) {
      synchronized (this) {
        if (cache == null) {
          cache = new Cache(tensor);
        }
      }
    }
    return cache;
  }

  /** Returns W and (Wᵀ·BᵀB·W)⁻¹, or its pseudo-inverse, of a slice. */
  private SliceProjection sliceProjection(int slice) {
    double[] sliceMatrix = cache().sliceMatrices.computeIfAbsent(slice, tensor::sliceMatrix);
    int columnRank = tensor.columnRank();
    int rowRank = rank();
    double[] gramProduct = product(gram(), sliceMatrix, columnRank, columnRank, rowRank);
    double[] transposed = new double[sliceMatrix.length];
    for (int r = 0; r < columnRank; r++) {
      for (int q = 0; q < rowRank; q++) {
        transposed[q * columnRank + r] = sliceMatrix[r * rowRank + q];
      }
    }
    double[] normal = product(transposed, gramProduct, rowRank, columnRank, rowRank);
    // NormalEquations inverts the elementwise product of two matrices: here normal and ones.
    double[] ones = new double[normal.length];
    Arrays.fill(ones, 1);
    BlasSetting.apply();
    // Enough for the inversion: it needs fewer than 16 float64 matrices of this size.
    try (OffHeapMemory memory = OffHeapMemory.limitedTo((1L << 20) + 16L * 8 * normal.length)) {
      NormalEquations equations =
          NormalEquations.of(
              BlasProvider.blas(), memory, new double[][] {normal}, new double[][] {ones});
      return new SliceProjection(sliceMatrix, equations.inverse(0));
    }
  }

  /** BᵀB. */
  private double[] gram() {
    float[][] columns = cache().columns;
    double[] gram = new double[columns.length * columns.length];
    for (int r = 0; r < columns.length; r++) {
      for (int q = 0; q <= r; q++) {
        double sum = 0;
        for (int j = 0; j < columns[r].length; j++) {
          sum += (double) columns[r][j] * columns[q][j];
        }
        gram[r * columns.length + q] = sum;
        gram[q * columns.length + r] = sum;
      }
    }
    return gram;
  }

  /** Returns left · right, where left is rows×inner and right is inner×columns. */
  private static double[] product(double[] left, double[] right, int rows, int inner, int columns) {
    double[] product = new double[rows * columns];
    for (int row = 0; row < rows; row++) {
      for (int i = 0; i < inner; i++) {
        double factor = left[row * inner + i];
        for (int column = 0; column < columns; column++) {
          product[row * columns + column] += factor * right[i * columns + column];
        }
      }
    }
    return product;
  }
}
