package io.github.trawl.decomposition;

import io.github.trawl.linalg.Blas;
import io.github.trawl.linalg.FloatMatrix;
import io.github.trawl.linalg.NotFiniteException;
import io.github.trawl.linalg.OffHeapMemory;
import io.github.trawl.tensor.TuckerTensor;
import java.util.Arrays;
import java.util.List;

/**
 * Tucker decomposition by higher-order orthogonal iteration (De Lathauwer, De Moor and Vandewalle,
 * On the Best Rank-1 and Rank-(R1, R2, …, RN) Approximation of Higher-Order Tensors, 2000).
 *
 * <p>It starts from the leading singular vectors of the unfoldings; an iteration updates the
 * slices, the rows, then the columns. TensorLy's {@code tucker} does the same by default, but stops
 * at the first change of the relative error below the tolerance rather than at the second in a row.
 * Ranks are clipped to what the tensor allows; the shapes of the result show the ranks used.
 *
 * <p>Factors are orthonormal, except that columns may be zero where the tensor has a lower rank
 * than asked for. Where the first rank is the number of slices, C is the identity: every other
 * orthonormal C would give the same approximation.
 */
public final class TuckerHooi {
  private final TuckerOptions options;
  private final Blas blas;
  private final OffHeapMemory memory;
  private final PanelPool pool;

  /**
   * A solver.
   *
   * @param memory for scratch, all returned at the end. For K slices of I×J the start takes at most
   *     16·n² bytes with n = min(K·I, J), then as much with n = min(I, K·J) if the first rank is
   *     below K. An iteration takes 4·(I·K·R2 + J·R0·R1) bytes and beside them 16·n² with n =
   *     min(I, R0·R2), then with n = min(J, R0·R1). Smaller parts are not counted here
   * @param pool the threads to use; the bits of the result do not depend on their number
   */
  public TuckerHooi(TuckerOptions options, Blas blas, OffHeapMemory memory, PanelPool pool) {
    this.options = options;
    this.blas = blas;
    this.memory = memory;
    this.pool = pool;
  }

  /**
   * Decomposes the tensor of these slices, K matrices of I×J, which the caller closes.
   *
   * @throws IllegalArgumentException if there are no values, or the slices differ in shape
   * @throws io.github.trawl.TrawlException if memory runs out
   * @throws NotFiniteException if the tensor has values that are not finite, or products of its
   *     values exceed float32
   */
  public Decomposition decompose(List<FloatMatrix> slices) {
    checkShapes(slices);
    int depth = slices.size();
    int rows = slices.get(0).rows();
    int columns = slices.get(0).columns();
    TuckerRanks ranks = options.ranks().clippedTo(depth, rows, columns);
    TuckerPasses passes = new TuckerPasses(slices, blas, memory, pool);
    double squaredNorm = NotFiniteException.check("the squared norm", passes.squaredNorm());
    if (squaredNorm == 0) {
      return zero(ranks, depth, rows, columns);
    }
    SingularVectors singularVectors = new SingularVectors(blas, memory, pool);
    boolean allSlices = ranks.depth() == depth;
    double[] errors = new double[options.maxIterations()];
    try (FloatMatrix a = memory.floats(rows, ranks.rows());
        FloatMatrix b = memory.floats(columns, ranks.columns())) {
      start(singularVectors, slices, allSlices, a, b);
      try (FloatMatrix products = memory.floats(rows, depth * ranks.columns());
          FloatMatrix combined =
              allSlices
                  ? products.rowRange(0, rows)
                  : memory.floats(rows, ranks.depth() * ranks.columns());
          FloatMatrix projected = memory.floats(columns, ranks.depth() * ranks.rows())) {
        for (int iteration = 1; ; iteration++) {
          passes.projectColumns(b, products);
          float[] c = null;
          if (!allSlices) {
            c = passes.sliceFactor(a, products, ranks.depth());
            passes.combineSlices(products, ranks.columns(), c, combined);
          }
          a.copyFrom(singularVectors.left(asBlockMatrix(combined), ranks.rows()).vectors());
          passes.projectRows(a, c, projected);
          SingularVectors.Vectors last =
              singularVectors.left(asBlockMatrix(projected), ranks.columns());
          b.copyFrom(last.vectors());
          // With orthonormal factors, Σσ² is ‖core‖², and the squared error is ‖X‖² − ‖core‖².
          double captured = Arrays.stream(last.values()).map(value -> value * value).sum();
          NotFiniteException.check("the norm of the core", captured);
          double error = Math.sqrt(Math.max(0, squaredNorm - captured) / squaredNorm);
          errors[iteration - 1] = error;
          boolean converged = Convergence.reached(errors, iteration, options.tolerance());
          if (converged || iteration == options.maxIterations()) {
            return new Decomposition(
                new TuckerTensor(
                    ranks.depth(),
                    ranks.rows(),
                    ranks.columns(),
                    passes.core(projected, b),
                    c == null ? identity(depth) : c,
                    a.toArray(),
                    b.toArray()),
                error,
                iteration,
                converged ? TerminationReason.TOLERANCE_REACHED : TerminationReason.MAX_ITERATIONS,
                Arrays.copyOf(errors, iteration));
          }
        }
      }
    }
  }

  /** Sets B, and A if the first update of C needs it, to leading singular vectors of unfoldings. */
  private static void start(
      SingularVectors singularVectors,
      List<FloatMatrix> slices,
      boolean allSlices,
      FloatMatrix a,
      FloatMatrix b) {
    b.copyFrom(singularVectors.right(BlockMatrix.stacked(slices), b.columns()).vectors());
    if (!allSlices) {
      a.copyFrom(singularVectors.left(BlockMatrix.sideBySide(slices), a.columns()).vectors());
    }
  }

  private static BlockMatrix asBlockMatrix(FloatMatrix matrix) {
    return BlockMatrix.stacked(List.of(matrix));
  }

  private static void checkShapes(List<FloatMatrix> slices) {
    if (slices.isEmpty() || slices.get(0).rows() == 0 || slices.get(0).columns() == 0) {
      throw new IllegalArgumentException("the tensor has no values: " + slices.size() + " slices");
    }
    FloatMatrix first = slices.get(0);
    for (int k = 1; k < slices.size(); k++) {
      FloatMatrix slice = slices.get(k);
      if (slice.rows() != first.rows() || slice.columns() != first.columns()) {
        throw new IllegalArgumentException(
            String.format(
                "slice %d is %d x %d where slice 0 is %d x %d",
                k, slice.rows(), slice.columns(), first.rows(), first.columns()));
      }
    }
  }

  private static float[] identity(int order) {
    float[] values = new float[order * order];
    for (int i = 0; i < order; i++) {
      values[i * order + i] = 1;
    }
    return values;
  }

  private static Decomposition zero(TuckerRanks ranks, int depth, int rows, int columns) {
    TuckerTensor tensor =
        new TuckerTensor(
            ranks.depth(),
            ranks.rows(),
            ranks.columns(),
            new float[ranks.depth() * ranks.rows() * ranks.columns()],
            new float[depth * ranks.depth()],
            new float[rows * ranks.rows()],
            new float[columns * ranks.columns()]);
    return new Decomposition(tensor, 0, 0, TerminationReason.ZERO_TENSOR, new double[0]);
  }
}
