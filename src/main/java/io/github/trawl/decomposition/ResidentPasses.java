package io.github.trawl.decomposition;

import io.github.trawl.linalg.Blas;
import io.github.trawl.linalg.FloatMatrix;
import io.github.trawl.linalg.OffHeapMemory;
import io.github.trawl.tensor.Panels;
import io.github.trawl.tensor.TensorBlock;
import java.util.List;

/** The passes over a tensor that is resident in this process as one block. */
public final class ResidentPasses implements CpPasses, AutoCloseable {
  private final TensorBlock block;
  private final Blas blas;
  private final OffHeapMemory memory;
  private final CpKernels kernels;
  private final PanelPool pool;
  private final Panels rowPanels;
  private final Panels columnPanels;
  private CpBatch batch = new CpBatch(List.of());
  private FloatMatrix a;
  private FloatMatrix b;

  /** A as it was before the last extrapolation; null if there was none. */
  private FloatMatrix previousRows;

  /**
   * @param block the whole tensor; stays the caller's to close
   * @param pool the threads to use
   */
  public ResidentPasses(TensorBlock block, Blas blas, OffHeapMemory memory, PanelPool pool) {
    this.block = block;
    this.blas = blas;
    this.memory = memory;
    this.kernels = new CpKernels(blas, memory);
    this.pool = pool;
    this.rowPanels = Panels.of(block.rows());
    this.columnPanels = Panels.of(block.columns());
    this.a = memory.floats(block.rows(), 0);
    this.b = memory.floats(block.columns(), 0);
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
    return block.columns();
  }

  @Override
  public double squaredNorm() {
    return block.squaredNorm();
  }

  @Override
  public double[][] start(CpBatch newBatch) {
    batch = newBatch;
    closePreviousRows();
    a.close();
    a = memory.floats(rows(), batch.width());
    b.close();
    b = memory.floats(columns(), batch.width());
    return Sums.of(
        pool.map(
            columnPanels.count(),
            panel -> {
              int start = columnPanels.start(panel);
              int count = columnPanels.size(panel);
              float[] rows = CpStart.columnFactor(batch, start, count);
              b.rowRange(start, count).copyFrom(rows);
              return kernels.grams(batch, count, rows);
            }));
  }

  @Override
  public CpKernels.RowSums startRows() {
    // The sums do not depend on C as long as the rows are not solved.
    return updateRows(new float[depth() * batch.width()], null);
  }

  @Override
  public Update update(float[] c, NormalEquations columnSystem, double[][] sliceGrams) {
    double[][] columnGrams = updateColumns(c, columnSystem);
    return new Update(
        columnGrams, updateRows(c, NormalEquations.of(blas, memory, columnGrams, sliceGrams)));
  }

  private CpKernels.RowSums updateRows(float[] c, NormalEquations system) {
    return Sums.ofRows(
        pool.map(
            rowPanels.count(),
            panel -> {
              int start = rowPanels.start(panel);
              int count = rowPanels.size(panel);
              return kernels.solveRows(
                  batch, block, start, count, b, c, system, a.rowRange(start, count));
            }));
  }

  private double[][] updateColumns(float[] c, NormalEquations system) {
    try (FloatMatrix scaledRows = kernels.scaledRows(batch, a, c, pool)) {
      return Sums.of(
          pool.map(
              columnPanels.count(),
              panel -> {
                int start = columnPanels.start(panel);
                int count = columnPanels.size(panel);
                try (FloatMatrix mttkrp =
                    kernels.columnMttkrp(batch, block, scaledRows, start, count)) {
                  return kernels.solveColumns(batch, mttkrp, system, b.rowRange(start, count));
                }
              }));
    }
  }

  @Override
  public double[][] extrapolateRows(double[] steps) {
    boolean first = previousRows == null;
    if (first) {
      previousRows = memory.floats(rows(), batch.width());
    }
    return Sums.of(
        pool.map(
            rowPanels.count(),
            panel -> {
              int start = rowPanels.start(panel);
              int count = rowPanels.size(panel);
              FloatMatrix current = a.rowRange(start, count);
              FloatMatrix previous = previousRows.rowRange(start, count);
              float[] factor = current.toArray();
              float[] moved =
                  first ? factor : Extrapolation.moved(batch, factor, previous.toArray(), steps);
              previous.copyFrom(factor);
              current.copyFrom(moved);
              return kernels.grams(batch, count, moved);
            }));
  }

  @Override
  public float[] rowFactor(int member) {
    return a.columnRange(batch.offset(member), batch.rank(member)).toArray();
  }

  @Override
  public float[] columnFactor(int member) {
    return b.columnRange(batch.offset(member), batch.rank(member)).toArray();
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
  }

  private void closePreviousRows() {
    if (previousRows != null) {
      previousRows.close();
      previousRows = null;
    }
  }
}
