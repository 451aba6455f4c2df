package io.github.trawl.decomposition;

import io.github.trawl.linalg.Blas;
import io.github.trawl.linalg.DoubleMatrix;
import io.github.trawl.linalg.FloatMatrix;
import io.github.trawl.linalg.OffHeapMemory;
import io.github.trawl.tensor.LowerTriangleShape;
import io.github.trawl.tensor.Panels;
import io.github.trawl.tensor.TensorBlock;
import java.util.ArrayList;
import java.util.List;

/**
 * An orthonormal basis Q of the space that the rows of all slices span: X_k = L_k·Qᵀ, where the
 * L_k, one below the other, form a lower triangular matrix L.
 *
 * <p>The columns of the least-squares solution B always lie in that space, so that ALS on the L_k
 * takes the same steps as on the X_k (Bro and Andersson, Improving the speed of multiway
 * algorithms, Part II: Compression, 1998, with nothing truncated). Where K·I ≤ J the L_k are
 * smaller: for the two matrices of (768, 3072) of a layer, ALS then takes a third of the
 * multiplications. Q itself is never formed: with M the slices one below the other, L is the
 * Cholesky factor of M·Mᵀ in float64, and Q = Mᵀ·L⁻ᵀ.
 */
final class ColumnBasis implements AutoCloseable {
  /**
   * The ratio of L's smallest pivot to its largest must exceed this. L's relative error in the
   * weakest direction is the unit roundoff of float64 divided by the square of the ratio, and has
   * to stay below the unit roundoff of float32.
   */
  private static final double SMALLEST_PIVOT_RATIO = 1e-4;

  private final Blas blas;
  private final OffHeapMemory memory;
  private final PanelPool pool;
  private final TensorBlock block;
  private final DoubleMatrix factor;
  private final TensorBlock core;

  private ColumnBasis(
      Blas blas,
      OffHeapMemory memory,
      PanelPool pool,
      TensorBlock block,
      DoubleMatrix factor,
      TensorBlock core) {
    this.blas = blas;
    this.memory = memory;
    this.pool = pool;
    this.block = block;
    this.factor = factor;
    this.core = core;
  }

  /**
   * Whether a block has a shape for which this basis pays; see {@link LowerTriangleShape#suits}.
   */
  static boolean suits(TensorBlock block) {
    return LowerTriangleShape.suits(block.depth(), block.rows(), block.columns());
  }

  /**
   * The most bytes of off-heap memory that the basis of a tensor of this shape takes at one time:
   * M·Mᵀ, and beside it either the panel that is being added to it or, later, the L_k.
   */
  static long bytes(LowerTriangleShape shape, int columns) {
    long order = shape.order();
    return Double.BYTES * order * order
        + Math.max(GramMatrix.scratchBytes(shape.order(), columns), Float.BYTES * order * order);
  }

  /**
   * Returns the basis of a block, or null if the rows are so nearly linearly dependent that
   * rounding errors would show.
   *
   * @param block a whole tensor of a shape that {@link #suits}; it must stay open as long as the
   *     basis
   */
  static ColumnBasis of(Blas blas, OffHeapMemory memory, PanelPool pool, TensorBlock block) {
    int order = block.depth() * block.rows();
    DoubleMatrix gram = memory.doubles(order, order);
    try {
      GramMatrix.compute(blas, memory, pool, new UnfoldedBlock(block), true, gram);
      if (blas.cholesky(gram) && pivotRatio(gram) > SMALLEST_PIVOT_RATIO) {
        LowerTriangleShape shape = new LowerTriangleShape(block.depth(), block.rows());
        return new ColumnBasis(blas, memory, pool, block, gram, core(memory, shape, gram));
      }
    } catch (RuntimeException | Error e) {
      gram.close();
      throw e;
    }
    gram.close();
    return null;
  }

  /** The smallest pivot of a Cholesky factor over the largest. */
  private static double pivotRatio(DoubleMatrix factor) {
    double smallest = Double.POSITIVE_INFINITY;
    double largest = 0;
    for (int i = 0; i < factor.rows(); i++) {
      double pivot = factor.get(i, i);
      smallest = Math.min(smallest, pivot);
      largest = Math.max(largest, pivot);
    }
    return smallest / largest;
  }

  /** The coordinates L_k of the slices, K slices of I × K·I. */
  TensorBlock core() {
    return core;
  }

  /** Returns Q·S, J×R row by row, for each matrix S of coordinates, K·I×R. */
  List<float[]> expand(List<FloatMatrix> coordinates) {
    if (coordinates.isEmpty()) {
      return List.of();
    }
    UnfoldedBlock slices = new UnfoldedBlock(block);
    Panels panels = Panels.of(block.columns());
    List<DoubleMatrix> combinations = new ArrayList<>();
    try {
      for (FloatMatrix factors : coordinates) {
        combinations.add(memory.doubles(factor.rows(), factors.columns()));
      }
      pool.map(
          coordinates.size(),
          index -> {
            combine(coordinates.get(index), combinations.get(index));
            return index;
          });
      List<float[]> expanded =
          coordinates.stream()
              .map(each -> new float[Math.multiplyExact(block.columns(), each.columns())])
              .toList();
      pool.forEach(
          panels,
          (start, size) -> {
            try (DoubleMatrix values = memory.doubleScratch(factor.rows(), size)) {
              slices.read(0, start, values);
              for (int index = 0; index < combinations.size(); index++) {
                expand(values, combinations.get(index), start, expanded.get(index));
              }
            }
          });
      return expanded;
    } finally {
      combinations.forEach(DoubleMatrix::close);
    }
  }

  /** combination ← L⁻ᵀ · coordinates, so that Q · coordinates = Mᵀ · combination. */
  private void combine(FloatMatrix coordinates, DoubleMatrix combination) {
    new FactorLoops(combination.rows(), combination.columns()).widen(coordinates, combination);
    blas.solveTransposed(factor, combination);
  }

  /** Sets the rows of the target from {@code start} on to valuesᵀ · combination. */
  private void expand(DoubleMatrix values, DoubleMatrix combination, int start, float[] target) {
    int count = values.columns();
    int rank = combination.columns();
    double[] row = new double[rank];
    try (DoubleMatrix product = memory.doubleScratch(count, rank)) {
      blas.multiply(1.0, values, true, combination, false, 0.0, product);
      for (int i = 0; i < count; i++) {
        product.readRows(i, 1, row);
        for (int r = 0; r < rank; r++) {
          target[(start + i) * rank + r] = (float) row[r];
        }
      }
    }
  }

  @Override
  public void close() {
    core.close();
    factor.close();
  }

  /** The L_k in float32. */
  private static TensorBlock core(
      OffHeapMemory memory, LowerTriangleShape shape, DoubleMatrix factor) {
    double[] source = new double[shape.order()];
    float[] target = new float[shape.order()];
    TensorBlock core = TensorBlock.allocate(memory, shape);
    try {
      for (int row = 0; row < factor.rows(); row++) {
        factor.readRows(row, 1, source);
        for (int column = 0; column <= row; column++) {
          target[column] = (float) source[column];
        }
        core.slice(row / core.rows()).writeRows(row % core.rows(), 1, target);
      }
      return core;
    } catch (RuntimeException | Error e) {
      core.close();
      throw e;
    }
  }
}
