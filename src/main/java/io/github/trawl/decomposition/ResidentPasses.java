package io.github.trawl.decomposition;

import io.github.trawl.linalg.Blas;
import io.github.trawl.linalg.FloatMatrix;
import io.github.trawl.linalg.OffHeapMemory;
import io.github.trawl.tensor.LowerTriangleShape;
import io.github.trawl.tensor.Panels;
import io.github.trawl.tensor.TensorBlock;
import java.util.List;
import java.util.stream.Stream;

/**
 * The passes over a tensor that is resident in this process as one block.
 *
 * <p>After the first {@value #PLAIN_ITERATIONS} iterations the passes work in a {@link ColumnBasis}
 * if the tensor has one; the factors are the same within rounding. The switch depends on the tensor
 * and the iteration alone, so that a member has the same bits alone and in a batch.
 */
public final class ResidentPasses implements CpPasses, AutoCloseable {
  /**
   * The number of iterations on the tensor itself. In a solve of no more iterations than this,
   * computing the basis would take more time than the basis saves.
   */
  private static final int PLAIN_ITERATIONS = 4;

  private final TensorBlock tensor;
  private final Blas blas;
  private final OffHeapMemory memory;
  private final CpKernels kernels;
  private final PanelPool pool;
  private final Panels rowPanels;

  /** Whether the passes may change to the basis; false once the tensor proves to have none. */
  private boolean mayCompress;

  private int iterations;

  /** Null until an iteration has worked in the basis. */
  private ColumnBasis basis;

  /** What the passes read: the tensor itself, or its coordinates in the basis. */
  private TensorBlock block;

  private Panels columnPanels;
  private CpBatch batch = new CpBatch(List.of());
  private FloatMatrix a;

  /** B, or its coordinates in the basis where {@link #block} holds such. */
  private FloatMatrix b;

  /** A as it was before the last extrapolation; null if there was none. */
  private FloatMatrix previousRows;

  /**
   * Creates passes over a tensor.
   *
   * @param block the whole tensor; the caller closes it
   * @param pool the threads to use
   */
  public ResidentPasses(TensorBlock block, Blas blas, OffHeapMemory memory, PanelPool pool) {
    this(block, blas, memory, pool, true);
  }

  /**
   * Creates passes over a tensor that may be kept from using a basis.
   *
   * @param mayCompress false to work on the tensor itself in all iterations
   */
  ResidentPasses(
      TensorBlock block, Blas blas, OffHeapMemory memory, PanelPool pool, boolean mayCompress) {
    this.tensor = block;
    this.blas = blas;
    this.mayCompress = mayCompress && ColumnBasis.suits(block);
    this.block = block;
    this.memory = memory;
    this.kernels = new CpKernels(blas, memory);
    this.pool = pool;
    this.rowPanels = Panels.of(block.rows());
    this.columnPanels = Panels.of(block.columns());
    this.a = memory.floats(block.rows(), 0);
    try {
      this.b = memory.floats(block.columns(), 0);
    } catch (RuntimeException | Error e) {
      a.close();
      throw e;
    }
  }

  /**
   * Returns the bytes of off-heap memory that the basis of later iterations takes beside a tensor
   * of this shape and its factors; 0 if all iterations work on the tensor itself. A tensor whose
   * rows turn out to be linearly dependent needs less.
   *
   * @param iterations the most iterations of a solve
   */
  public static long basisBytes(int depth, int rows, int columns, int iterations) {
    return iterations > PLAIN_ITERATIONS && LowerTriangleShape.suits(depth, rows, columns)
        ? ColumnBasis.bytes(new LowerTriangleShape(depth, rows), columns)
        : 0;
  }

  @Override
  public int depth() {
    return block.depth();
  }

  @Override
  public int rows() {
    return block.rows();
  }

  @Override
  public int columns() {
    return tensor.columns();
  }

  @Override
  public double squaredNorm() {
    return tensor.squaredNorm();
  }

  @Override
  public double[][] start(CpBatch newBatch) {
    batch = newBatch;
    iterations = 0;
    switchTo(tensor);
    closePreviousRows();
    a.close();
    a = memory.floats(rows(), batch.width());
    b.close();
    b = memory.floats(columns(), batch.width());
    return Sums.of(
        pool.map(
            columnPanels,
            (start, count) -> {
              float[] rows = CpStart.columnFactor(batch, start, count);
              b.rowRange(start, count).copyFrom(rows);
              return kernels.grams(batch, count, rows);
            }));
  }

  @Override
  public CpKernels.RowSums startRows() {
    // Zeros for C, which is not solved yet: only the inner products depend on it, and the solver
    // takes those from later passes.
    return updateRows(new float[depth() * batch.width()], null);
  }

  @Override
  public Update update(float[] c, NormalEquations columnSystem, double[][] sliceGrams) {
    double[][] columnGrams = updateColumns(c, columnSystem);
    return new Update(
        columnGrams, updateRows(c, NormalEquations.of(blas, memory, columnGrams, sliceGrams)));
  }

  private CpKernels.RowSums updateRows(float[] c, NormalEquations system) {
    List<CpBatch.Group> groups = batch.groups();
    List<CpKernels.RowSums> sums =
        Stream.generate(() -> CpKernels.rowSums(batch, depth())).limit(rowPanels.count()).toList();
    forEachPart(
        rowPanels,
        groups,
        (panel, group) -> {
          int start = rowPanels.start(panel);
          int count = rowPanels.size(panel);
          FloatMatrix rows = a.rowRange(start, count);
          kernels.solveRows(batch, group, block, start, count, b, c, system, rows, sums.get(panel));
        });
    return Sums.ofRows(sums);
  }

  private double[][] updateColumns(float[] c, NormalEquations system) {
    if (iterations++ == PLAIN_ITERATIONS && mayCompress) {
      compress();
    }
    List<CpBatch.Group> groups = batch.groups();
    List<double[][]> grams =
        Stream.generate(() -> new double[batch.size()][]).limit(columnPanels.count()).toList();
    try (FloatMatrix scaledRows = kernels.scaledRows(batch, a, c, pool)) {
      forEachPart(
          columnPanels,
          groups,
          (panel, group) -> {
            int start = columnPanels.start(panel);
            int count = columnPanels.size(panel);
            FloatMatrix rows = b.rowRange(start, count);
            kernels.updateColumns(
                batch, group, block, scaledRows, start, count, system, rows, grams.get(panel));
          });
    }
    return Sums.of(grams);
  }

  /** Work on one group's columns in one panel, independent of all other groups and panels. */
  @FunctionalInterface
  private interface Part {
    void work(int panel, CpBatch.Group group);
  }

  private void forEachPart(Panels panels, List<CpBatch.Group> groups, Part part) {
    pool.map(
        panels.count() * groups.size(),
        index -> {
          part.work(index % panels.count(), groups.get(index / panels.count()));
          return index;
        });
  }

  @Override
  public double[][] extrapolateRows(double[] steps) {
    boolean first = previousRows == null;
    if (first) {
      previousRows = memory.floats(rows(), batch.width());
    }
    return Sums.of(
        pool.map(
            rowPanels,
            (start, count) -> {
              FloatMatrix current = a.rowRange(start, count);
              FloatMatrix previous = previousRows.rowRange(start, count);
              float[] factor = current.toArray();
              float[] extrapolated =
                  first
                      ? factor
                      : Extrapolation.extrapolate(batch, factor, previous.toArray(), steps);
              previous.copyFrom(factor);
              current.copyFrom(extrapolated);
              return kernels.grams(batch, count, extrapolated);
            }));
  }

  @Override
  public float[] rowFactor(int member) {
    return a.columnRange(batch.offset(member), batch.rank(member)).toArray();
  }

  @Override
  public float[] columnFactor(int member) {
    return columnFactors(List.of(member)).get(0);
  }

  @Override
  public List<float[]> columnFactors(List<Integer> members) {
    List<FloatMatrix> factors =
        members.stream()
            .map(member -> b.columnRange(batch.offset(member), batch.rank(member)))
            .toList();
    return block == tensor
        ? factors.stream().map(FloatMatrix::toArray).toList()
        : basis.expand(factors);
  }

  @Override
  public void retain(List<Integer> members) {
    FloatMatrix keptRows = batch.retain(members, a, memory);
    a.close();
    a = keptRows;
    FloatMatrix keptColumns = batch.retain(members, b, memory);
    b.close();
    b = keptColumns;
    if (previousRows != null) {
      FloatMatrix keptPrevious = batch.retain(members, previousRows, memory);
      previousRows.close();
      previousRows = keptPrevious;
    }
    batch = batch.select(members);
  }

  @Override
  public void close() {
    closePreviousRows();
    a.close();
    b.close();
    if (basis != null) {
      basis.close();
    }
  }

  /**
   * Makes the passes work in the basis, if the tensor has one. B need not be converted, since it is
   * solved anew right after this.
   */
  private void compress() {
    if (basis == null) {
      basis = ColumnBasis.of(blas, memory, pool, tensor);
      mayCompress = basis != null;
    }
    if (mayCompress) {
      switchTo(basis.core());
      b.close();
      b = memory.floats(block.columns(), batch.width());
    }
  }

  private void switchTo(TensorBlock newBlock) {
    block = newBlock;
    columnPanels = Panels.of(newBlock.columns());
  }

  private void closePreviousRows() {
    if (previousRows != null) {
      previousRows.close();
      previousRows = null;
    }
  }
}
