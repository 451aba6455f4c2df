package io.github.trawl.decomposition;

import io.github.trawl.linalg.Blas;
import io.github.trawl.linalg.DoubleMatrix;
import io.github.trawl.linalg.FloatMatrix;
import io.github.trawl.linalg.OffHeapMemory;
import io.github.trawl.tensor.TensorBlock;
import java.io.Serializable;

/**
 * The work of one CP-ALS sweep on one panel, the same in one process and on a cluster.
 *
 * <p>With slices X_k of I×J and factors A (rows, I×R), B (columns, J×R) and C (slices, K×R), two
 * passes over X give the MTTKRPs of all three modes (Kolda and Bader, section 3.4) without a
 * Khatri-Rao product:
 *
 * <ul>
 *   <li>Y_k = X_k·B. Then Σ_k Y_k·diag(c_k) is that of the rows and, with the new A, the column
 *       sums of A∘Y_k are row k of that of the slices.
 *   <li>Z_k = X_kᵀ·A. Then Σ_k Z_k·diag(c_k) is that of the columns.
 * </ul>
 */
public final class CpKernels {
  private final Blas blas;
  private final OffHeapMemory memory;

  /** Kernels that take their scratch memory from {@code memory} and return it after each call. */
  public CpKernels(Blas blas, OffHeapMemory memory) {
    this.blas = blas;
    this.memory = memory;
  }

  /**
   * What a panel of rows adds to the sums over all rows.
   *
   * @param grams AᵀA of the panel, R·R values a member
   * @param sliceMttkrp Σ_i A[i,w]·Y_k[i,w], K×W
   * @param inner Σ_i mttkrp[i,·]·A[i,·], a value a member: the panel's share of ⟨X, M⟩
   */
  @SuppressWarnings("ArrayRecordComponent") // Handed over once, to be summed.
  public record RowSums(double[][] grams, double[] sliceMttkrp, double[] inner)
      implements Serializable {}

  /**
   * Solves rows {@code start} … of A from the first pass, or sets them to their random start.
   *
   * @param block holds the rows, numbered within the block
   * @param b the current B, J×W
   * @param c the current C, K×W
   * @param system that of the rows; null for the random start
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
    int width = batch.width();
    int depth = block.depth();
    double[][] grams = new double[batch.size()][];
    double[] sliceMttkrp = new double[depth * width];
    double[] inner = new double[batch.size()];
    float[] initial =
        system == null ? CpStart.rowFactor(batch, block.rowStart() + start, count) : null;
    for (CpBatch.Group group : batch.groups()) {
      int columns = group.width();
      float[] product = new float[count * columns];
      float[] mttkrp = new float[count * columns];
      try (FloatMatrix y = memory.floats(depth * count, columns)) {
        for (int k = 0; k < depth; k++) {
          blas.multiply(
              1f,
              block.slice(k).rowRange(start, count),
              false,
              b.columnRange(group.start(), columns),
              false,
              0f,
              y.rowRange(k * count, count));
          y.span(k * count, 0, product.length).get(product);
          addScaled(mttkrp, product, columns, c, k * width + group.start());
        }
        float[] rows =
            system == null
                ? columnsOf(initial, width, group)
                : solve(batch, group, count, mttkrp, system, grams);
        addInner(inner, batch, group, mttkrp, rows);
        for (int row = 0; row < count; row++) {
          a.write(row, group.start(), rows, row * columns, columns);
        }
        for (int k = 0; k < depth; k++) {
          y.span(k * count, 0, product.length).get(product);
          addColumnProducts(sliceMttkrp, k * width + group.start(), rows, product, columns);
        }
      }
    }
    return new RowSums(system == null ? grams(batch, count, initial) : grams, sliceMttkrp, inner);
  }

  /**
   * Adds the block's part of the MTTKRP of columns {@code start} … to {@code mttkrp}.
   *
   * @param a the block's rows of the current A, rows×W
   * @param c the current C, K×W
   * @param mttkrp {@code count}×W values
   */
  public void addColumnMttkrp(
      CpBatch batch,
      TensorBlock block,
      FloatMatrix a,
      float[] c,
      int start,
      int count,
      float[] mttkrp) {
    int width = batch.width();
    for (CpBatch.Group group : batch.groups()) {
      int columns = group.width();
      float[] product = new float[count * columns];
      float[] sum = new float[count * columns];
      try (FloatMatrix z = memory.floats(count, columns)) {
        for (int k = 0; k < block.depth(); k++) {
          blas.multiply(
              1f,
              block.slice(k).columnRange(start, count),
              true,
              a.columnRange(group.start(), columns),
              false,
              0f,
              z);
          z.span(0, 0, product.length).get(product);
          addScaled(sum, product, columns, c, k * width + group.start());
        }
      }
      for (int row = 0; row < count; row++) {
        for (int column = 0; column < columns; column++) {
          mttkrp[row * width + group.start() + column] += sum[row * columns + column];
        }
      }
    }
  }

  /**
   * Solves rows of B from their MTTKRP.
   *
   * @param mttkrp {@code count}×W values
   * @param b receives the solution: a view of {@code count}×W
   * @return BᵀB of the panel, R·R values a member
   */
  public double[][] solveColumns(
      CpBatch batch, int count, float[] mttkrp, NormalEquations system, FloatMatrix b) {
    int width = batch.width();
    double[][] grams = new double[batch.size()][];
    for (CpBatch.Group group : batch.groups()) {
      int columns = group.width();
      float[] rows = solve(batch, group, count, columnsOf(mttkrp, width, group), system, grams);
      for (int row = 0; row < count; row++) {
        b.write(row, group.start(), rows, row * columns, columns);
      }
    }
    return grams;
  }

  /** The Gram matrices of {@code count}×W factor rows, R·R values a member. */
  public double[][] grams(CpBatch batch, int count, float[] rows) {
    double[][] grams = new double[batch.size()][];
    for (int member = 0; member < batch.size(); member++) {
      try (DoubleMatrix values = memory.doubles(count, batch.rank(member))) {
        values.copyFrom(widened(rows, batch.width(), batch.offset(member), values));
        grams[member] = gram(values);
      }
    }
    return grams;
  }

  /** Solves the K rows of C from their MTTKRP, both K×W. */
  float[] solveSlices(CpBatch batch, int depth, double[] mttkrp, NormalEquations system) {
    int width = batch.width();
    float[] c = new float[depth * width];
    for (int member = 0; member < batch.size(); member++) {
      int rank = batch.rank(member);
      int offset = batch.offset(member);
      try (DoubleMatrix right = memory.doubles(depth, rank);
          DoubleMatrix solution = memory.doubles(depth, rank)) {
        for (int k = 0; k < depth; k++) {
          right.write(k, 0, mttkrp, k * width + offset, rank);
        }
        system.solve(blas, memory, member, right, solution);
        narrow(solution.toArray(), rank, c, width, offset);
      }
    }
    return c;
  }

  /** Solves a group's rows member by member; sets the members' Gram matrices of the solution. */
  private float[] solve(
      CpBatch batch,
      CpBatch.Group group,
      int count,
      float[] right,
      NormalEquations system,
      double[][] grams) {
    float[] rows = new float[right.length];
    for (int member = group.firstMember(); member < group.endMember(); member++) {
      int rank = batch.rank(member);
      int offset = batch.offset(member) - group.start();
      try (DoubleMatrix mttkrp = memory.doubles(count, rank);
          DoubleMatrix solution = memory.doubles(count, rank)) {
        mttkrp.copyFrom(widened(right, group.width(), offset, mttkrp));
        system.solve(blas, memory, member, mttkrp, solution);
        narrow(solution.toArray(), rank, rows, group.width(), offset);
        // The Gram matrix has to be that of the factor as it is stored, in float32.
        solution.copyFrom(widened(rows, group.width(), offset, solution));
        grams[member] = gram(solution);
      }
    }
    return rows;
  }

  private double[] gram(DoubleMatrix values) {
    try (DoubleMatrix gram = memory.doubles(values.columns(), values.columns())) {
      blas.gram(values, 0.0, gram);
      return gram.toArray();
    }
  }

  /** The values of a member's columns in {@code source}, in the shape of {@code target}. */
  private static double[] widened(float[] source, int stride, int offset, DoubleMatrix target) {
    int rank = target.columns();
    double[] values = new double[target.rows() * rank];
    for (int row = 0; row < target.rows(); row++) {
      for (int r = 0; r < rank; r++) {
        values[row * rank + r] = source[row * stride + offset + r];
      }
    }
    return values;
  }

  private static void narrow(double[] values, int rank, float[] target, int stride, int offset) {
    for (int row = 0; row < values.length / rank; row++) {
      for (int r = 0; r < rank; r++) {
        target[row * stride + offset + r] = (float) values[row * rank + r];
      }
    }
  }

  /** The columns of a group of a factor of {@code width} columns. */
  private static float[] columnsOf(float[] factor, int width, CpBatch.Group group) {
    int count = factor.length / width;
    float[] columns = new float[count * group.width()];
    for (int row = 0; row < count; row++) {
      System.arraycopy(
          factor, row * width + group.start(), columns, row * group.width(), group.width());
    }
    return columns;
  }

  private static void addInner(
      double[] inner, CpBatch batch, CpBatch.Group group, float[] mttkrp, float[] rows) {
    int columns = group.width();
    for (int member = group.firstMember(); member < group.endMember(); member++) {
      int offset = batch.offset(member) - group.start();
      int rank = batch.rank(member);
      double sum = 0;
      for (int start = offset; start < rows.length; start += columns) {
        for (int r = 0; r < rank; r++) {
          sum += (double) mttkrp[start + r] * rows[start + r];
        }
      }
      inner[member] = sum;
    }
  }

  /** sum += product · diag(c[offset …]). */
  private static void addScaled(float[] sum, float[] product, int columns, float[] c, int offset) {
    for (int start = 0; start < sum.length; start += columns) {
      for (int column = 0; column < columns; column++) {
        sum[start + column] += product[start + column] * c[offset + column];
      }
    }
  }

  /** sum[offset …] += column sums of left ∘ right. */
  private static void addColumnProducts(
      double[] sum, int offset, float[] left, float[] right, int columns) {
    for (int start = 0; start < left.length; start += columns) {
      for (int column = 0; column < columns; column++) {
        sum[offset + column] += (double) left[start + column] * right[start + column];
      }
    }
  }
}
