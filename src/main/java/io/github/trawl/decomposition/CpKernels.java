package io.github.trawl.decomposition;

import io.github.trawl.linalg.Blas;
import io.github.trawl.linalg.DoubleMatrix;
import io.github.trawl.linalg.FloatMatrix;
import io.github.trawl.linalg.OffHeapMemory;
import io.github.trawl.tensor.Panels;
import io.github.trawl.tensor.TensorBlock;
import io.github.trawl.tensor.ValueFormat;
import java.io.Serializable;

/**
 * The work of one CP-ALS iteration on one panel of rows or columns, the same in one process and on
 * a cluster.
 *
 * <p>With slices X_k of I×J and factors A (rows, I×R), B (columns, J×R) and C (slices, K×R), two
 * passes over X give the MTTKRPs of all three modes (Kolda and Bader, section 3.4) without a
 * Khatri-Rao product:
 *
 * <ul>
 *   <li>Y_k = X_k·B. Then Σ_k Y_k·diag(c_k) is the MTTKRP of the rows and, with the new A, the
 *       column sums of A∘Y_k are row k of the MTTKRP of the slices.
 *   <li>Σ_k X_kᵀ·(A·diag(c_k)) is the MTTKRP of the columns.
 * </ul>
 *
 * <p>Scratch memory is returned when a call ends, except that of a matrix that the call returns. A
 * member's results do not depend on the other members of the batch: in products of at least {@link
 * #LEAST_WIDTH} columns and panels of at least {@link #LEAST_VALUES} values, OpenBLAS computes a
 * column to the same bits whatever its position and whatever the other columns are. In smaller
 * products it uses other kernels, and results agree within rounding only.
 */
public final class CpKernels {
  /** Narrower products are padded to this width, because OpenBLAS uses other kernels for them. */
  static final int LEAST_WIDTH = 8;

  /**
   * The number of values of a panel below which OpenBLAS may choose its kernel by the width of the
   * factor.
   */
  private static final int LEAST_VALUES = 1 << 17;

  private final Blas blas;
  private final OffHeapMemory memory;

  /** Kernels that take their scratch memory from {@code memory} and return it after each call. */
  public CpKernels(Blas blas, OffHeapMemory memory) {
    this.blas = blas;
    this.memory = memory;
  }

  /**
   * The sums that a panel of rows contributes to those over all rows.
   *
   * @param grams AᵀA of the panel, R·R values per member
   * @param sliceMttkrp Σ_i A[i,w]·Y_k[i,w], K×W
   * @param inner ⟨MTTKRP, A⟩ over the rows of the panel, its share of ⟨X, M⟩; one value per member
   */
  @SuppressWarnings("ArrayRecordComponent") // Never compared.
  public record RowSums(double[][] grams, double[] sliceMttkrp, double[] inner)
      implements Serializable {}

  /**
   * Does the first pass, by X_k·B, over {@code count} rows from {@code start} on: solves these rows
   * of A, or sets them to their random start, and returns their sums.
   *
   * @param block holds the rows; {@code start} counts from its first row
   * @param b the current B, J×W
   * @param c the current C, K×W
   * @param system the normal equations of the rows; null for the random start
   * @param a receives the rows: a view of {@code count}×W
   */
  public RowSums solveRows(
      CpBatch batch,
      TensorBlock block,
      int start,
      int count,
      FloatMatrix b,
      float[] c,
      NormalEquations system,
      FloatMatrix a) {
    RowSums sums = rowSums(batch, block.depth());
    for (CpBatch.Group group : batch.groups()) {
      solveRows(batch, group, block, start, count, b, c, system, a, sums);
    }
    return sums;
  }

  /** Allocates the sums of one panel; every group fills a part of its own. */
  static RowSums rowSums(CpBatch batch, int depth) {
    return new RowSums(
        new double[batch.size()][], new double[depth * batch.width()], new double[batch.size()]);
  }

  /** Solves the group's columns of {@code a}, and fills in the group's part of {@code sums}. */
  void solveRows(
      CpBatch batch,
      CpBatch.Group group,
      TensorBlock block,
      int start,
      int count,
      FloatMatrix b,
      float[] c,
      NormalEquations system,
      FloatMatrix a,
      RowSums sums) {
    int width = batch.width();
    int depth = block.depth();
    int columns = group.width();
    int padded = Math.max(columns, LEAST_WIDTH);
    try (FloatMatrix products = memory.floatScratch(depth * count, padded);
        DoubleMatrix mttkrp = memory.doubleScratch(count, columns);
        DoubleMatrix solution = memory.doubleScratch(count, columns)) {
      multiplyRows(block, start, count, b, group, products);
      FloatMatrix y = products.columnRange(0, columns);
      FactorLoops loops = new FactorLoops(count, columns);
      loops.sumScaled(y, c, width, group.start(), mttkrp);
      if (system == null) {
        CpBatch members = batch.select(group.members());
        float[] initial = CpStart.rowFactor(members, block.rowStart() + start, count);
        solution.copyFrom(FactorLoops.widened(initial, columns, 0, columns));
      } else {
        solve(batch, group, mttkrp, system, solution);
      }
      FloatMatrix rows = a.columnRange(group.start(), columns);
      loops.round(solution, rows);
      loops.addColumnProducts(rows, y, sums.sliceMttkrp(), width, group.start());
      fillGrams(batch, group, solution, sums.grams());
      addInner(batch, group, loops.columnProducts(mttkrp, solution), sums.inner());
    }
  }

  /**
   * Returns A·diag(c_k) for every k, one below the other, K·I×W: the right factor of the products
   * of the second pass. If W is less than {@link #LEAST_WIDTH}, columns of zeros are added up to
   * this width. The caller closes the matrix.
   *
   * @param a the block's rows of the current A, I×W
   * @param c the current C, K×W
   */
  public FloatMatrix scaledRows(CpBatch batch, FloatMatrix a, float[] c) {
    try (PanelPool caller = new PanelPool(1)) {
      return scaledRows(batch, a, c, caller);
    }
  }

  /** Does the same as the other {@code scaledRows}, on the threads of {@code pool}. */
  FloatMatrix scaledRows(CpBatch batch, FloatMatrix a, float[] c, PanelPool pool) {
    int width = batch.width();
    int depth = c.length / width;
    int rows = a.rows();
    FloatMatrix scaled =
        width < LEAST_WIDTH
            ? memory.floats(depth * rows, LEAST_WIDTH)
            : memory.floatScratch(depth * rows, width);
    try {
      FloatMatrix target = scaled.columnRange(0, width);
      Panels panels = Panels.of(rows);
      pool.forEach(
          panels,
          (start, count) -> {
            new FactorLoops(count, width).scale(a.rowRange(start, count), c, target, start);
          });
      return scaled;
    } catch (RuntimeException | Error e) {
      scaled.close();
      throw e;
    }
  }

  /**
   * Returns the block's part of the MTTKRP of {@code count} columns from {@code start} on, in the
   * first W columns of a matrix of {@code count} rows that the caller closes.
   *
   * @param scaledRows from {@link #scaledRows}
   */
  public FloatMatrix columnMttkrp(
      CpBatch batch, TensorBlock block, FloatMatrix scaledRows, int start, int count) {
    FloatMatrix mttkrp = memory.floatScratch(count, scaledRows.columns());
    try {
      for (CpBatch.Group group : batch.groups()) {
        sumProducts(block, scaledRows, group, start, count, paddedColumns(group, mttkrp));
      }
      return mttkrp;
    } catch (RuntimeException | Error e) {
      mttkrp.close();
      throw e;
    }
  }

  /**
   * mttkrp ← Σ_k X_k[·, start …]ᵀ · scaledRows[k] of a group's columns. In a lower triangle, slices
   * that are zero in these columns of X are left out, as are most zero rows at the top of others.
   */
  private void sumProducts(
      TensorBlock block,
      FloatMatrix scaledRows,
      CpBatch.Group group,
      int start,
      int count,
      FloatMatrix mttkrp) {
    if (block.isMultipliedWhole()) {
      try (FloatMatrix x = block.columnPanel(start, count)) {
        blas.multiply(1f, x, true, paddedColumns(group, scaledRows), false, 0f, mttkrp);
      }
      return;
    }
    float beta = 0;
    for (int k = 0; k < block.depth(); k++) {
      int first = block.rowsFrom(k, start);
      if (first < block.rows()) {
        int size = paddedSize(block.rows() - first, count, block.rows());
        first = block.rows() - size;
        FloatMatrix rows = scaledRows.rowRange(k * block.rows() + first, size);
        try (FloatMatrix x = block.panel(k, first, size, start, count)) {
          blas.multiply(1f, x, true, paddedColumns(group, rows), false, beta, mttkrp);
        }
        beta = 1;
      }
    }
  }

  /**
   * Returns the group's columns of {@code all}, extended to {@link #LEAST_WIDTH} columns where the
   * group is narrower.
   */
  private static FloatMatrix paddedColumns(CpBatch.Group group, FloatMatrix all) {
    return all.columnRange(group.start(), Math.max(group.width(), LEAST_WIDTH));
  }

  /**
   * Solves rows of B from their MTTKRP.
   *
   * @param mttkrp W or more columns, of which only the first W are used
   * @param b receives the solution: a view of as many rows and W columns
   * @return BᵀB of the panel, R·R values per member
   */
  public double[][] solveColumns(
      CpBatch batch, FloatMatrix mttkrp, NormalEquations system, FloatMatrix b) {
    double[][] grams = new double[batch.size()][];
    for (CpBatch.Group group : batch.groups()) {
      solveColumns(
          batch, group, mttkrp.columnRange(group.start(), group.width()), system, b, grams);
    }
    return grams;
  }

  /**
   * Does the second pass for one group: computes the MTTKRP of {@code count} columns of X from
   * {@code start} on, and from it solves the rows of B that belong to them.
   *
   * @param b receives the rows in the group's columns: a view of {@code count}×W
   * @param grams receives BᵀB of these rows for each member of the group
   */
  void updateColumns(
      CpBatch batch,
      CpBatch.Group group,
      TensorBlock block,
      FloatMatrix scaledRows,
      int start,
      int count,
      NormalEquations system,
      FloatMatrix b,
      double[][] grams) {
    try (FloatMatrix mttkrp = memory.floatScratch(count, Math.max(group.width(), LEAST_WIDTH))) {
      sumProducts(block, scaledRows, group, start, count, mttkrp);
      solveColumns(batch, group, mttkrp, system, b, grams);
    }
  }

  private void solveColumns(
      CpBatch batch,
      CpBatch.Group group,
      FloatMatrix mttkrp,
      NormalEquations system,
      FloatMatrix b,
      double[][] grams) {
    int count = mttkrp.rows();
    int columns = group.width();
    FactorLoops loops = new FactorLoops(count, columns);
    try (DoubleMatrix right = memory.doubleScratch(count, columns);
        DoubleMatrix solution = memory.doubleScratch(count, columns)) {
      loops.widen(mttkrp.columnRange(0, columns), right);
      solve(batch, group, right, system, solution);
      loops.round(solution, b.columnRange(group.start(), columns));
      fillGrams(batch, group, solution, grams);
    }
  }

  /** Returns the Gram matrices of {@code count} rows of W values, R·R values per member. */
  public double[][] grams(CpBatch batch, int count, float[] rows) {
    double[][] grams = new double[batch.size()][];
    for (CpBatch.Group group : batch.groups()) {
      try (DoubleMatrix values = memory.doubleScratch(count, group.width())) {
        values.copyFrom(FactorLoops.widened(rows, batch.width(), group.start(), group.width()));
        fillGrams(batch, group, values, grams);
      }
    }
    return grams;
  }

  /** Solves the K rows of C from their MTTKRP, both K×W. */
  float[] solveSlices(CpBatch batch, int depth, double[] mttkrp, NormalEquations system) {
    int width = batch.width();
    double[] solved = new double[depth * width];
    try (DoubleMatrix right = memory.doubleScratch(depth, width);
        DoubleMatrix solution = memory.doubleScratch(depth, width)) {
      right.copyFrom(mttkrp);
      for (CpBatch.Group group : batch.groups()) {
        solve(
            batch,
            group,
            right.columnRange(group.start(), group.width()),
            system,
            solution.columnRange(group.start(), group.width()));
      }
      solution.readRows(0, depth, solved);
    }
    float[] c = new float[depth * width];
    for (int i = 0; i < c.length; i++) {
      c[i] = (float) solved[i];
    }
    return c;
  }

  /** products ← X_k[start …]·B of a group's columns, the slices one after the other. */
  private void multiplyRows(
      TensorBlock block,
      int start,
      int count,
      FloatMatrix b,
      CpBatch.Group group,
      FloatMatrix products) {
    try (FloatMatrix factor = paddedToLeastWidth(b.columnRange(group.start(), group.width()))) {
      boolean whole = count == block.rows() && block.isMultipliedWhole();
      if (whole && block.format() == ValueFormat.FLOAT32) {
        blas.multiply(1f, block.slices(), false, factor, false, 0f, products);
        return;
      }
      for (int k = 0; k < block.depth(); k++) {
        int inner = paddedSize(block.columnsUpTo(k, start + count - 1), count, block.columns());
        try (FloatMatrix x = block.panel(k, start, count, 0, inner)) {
          blas.multiply(
              1f,
              x,
              false,
              factor.rowRange(0, inner),
              false,
              0f,
              products.rowRange(k * count, count));
        }
      }
    }
  }

  /**
   * Returns {@code inner}, raised until {@code count} · inner is at least {@link #LEAST_VALUES},
   * but not above {@code limit}.
   */
  private static int paddedSize(int inner, int count, int limit) {
    return Math.min(limit, Math.max(inner, (LEAST_VALUES + count - 1) / count));
  }

  /** Returns the factor itself, or a copy padded with columns of zeros to {@link #LEAST_WIDTH}. */
  private FloatMatrix paddedToLeastWidth(FloatMatrix factor) {
    if (factor.columns() >= LEAST_WIDTH) {
      return factor;
    }
    // Copied on the heap first: a failure must come before off-heap memory is taken.
    float[] values = factor.toArray();
    FloatMatrix padded = memory.floats(factor.rows(), LEAST_WIDTH);
    padded.columnRange(0, factor.columns()).writeRows(0, factor.rows(), values);
    return padded;
  }

  private void solve(
      CpBatch batch,
      CpBatch.Group group,
      DoubleMatrix right,
      NormalEquations system,
      DoubleMatrix solution) {
    for (int member = group.firstMember(); member < group.endMember(); member++) {
      int offset = batch.offset(member) - group.start();
      int rank = batch.rank(member);
      system.solve(
          blas,
          memory,
          member,
          right.columnRange(offset, rank),
          solution.columnRange(offset, rank));
    }
  }

  private void fillGrams(
      CpBatch batch, CpBatch.Group group, DoubleMatrix values, double[][] grams) {
    for (int member = group.firstMember(); member < group.endMember(); member++) {
      int rank = batch.rank(member);
      try (DoubleMatrix gram = memory.doubleScratch(rank, rank)) {
        blas.gram(values.columnRange(batch.offset(member) - group.start(), rank), 0.0, gram);
        grams[member] = gram.toArray();
      }
    }
  }

  private static void addInner(
      CpBatch batch, CpBatch.Group group, double[] columnProducts, double[] inner) {
    for (int member = group.firstMember(); member < group.endMember(); member++) {
      int offset = batch.offset(member) - group.start();
      for (int r = 0; r < batch.rank(member); r++) {
        inner[member] += columnProducts[offset + r];
      }
    }
  }
}
