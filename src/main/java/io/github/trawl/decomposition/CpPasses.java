package io.github.trawl.decomposition;

import java.util.List;

/**
 * A tensor X of K slices of I×J with the factors A (I×W) and B (J×W) of a batch, seen through the
 * two passes that a CP-ALS iteration needs. The solver, {@link CpAls}, is the same whether the
 * passes run in one process or on a cluster.
 *
 * <p>The first pass computes X_k·B, from which A is solved, and the second X_kᵀ·A·diag(c_k), from
 * which B is solved; see {@link CpKernels}.
 */
public interface CpPasses {
  /** The number of slices, K. */
  int depth();

  /** The number of rows of a slice, I. */
  int rows();

  /** The number of columns of a slice, J. */
  int columns();

  /** ‖X‖² in float64. */
  double squaredNorm();

  /**
   * Begins a solve of {@code batch} and sets B to its random start.
   *
   * @return the Gram matrices BᵀB, R·R values per member
   */
  double[][] start(CpBatch batch);

  /** Sets A to its random start and returns the sums of the first pass over all rows. */
  CpKernels.RowSums startRows();

  /**
   * Solves B from the second pass and, with the new B, A from the first.
   *
   * @param c the new C, K×W
   * @param columnSystem the normal equations of the columns
   * @param sliceGrams CᵀC, R·R values per member: together with BᵀB they give the normal equations
   *     of the rows
   */
  Update update(float[] c, NormalEquations columnSystem, double[][] sliceGrams);

  /**
   * The sums that an update returns.
   *
   * @param columnGrams BᵀB, R·R values per member
   * @param rows the sums of the first pass, over all rows
   */
  @SuppressWarnings("ArrayRecordComponent") // Never compared.
  record Update(double[][] columnGrams, CpKernels.RowSums rows) {}

  /**
   * Replaces A by A + β·(A − Ā), where Ā is A as it was before the replacement in the previous
   * call. The first call after a start leaves A as it is.
   *
   * @param steps the factor β of each member
   * @return the Gram matrices AᵀA, R·R values per member
   */
  double[][] extrapolateRows(double[] steps);

  /** The factor A of a member, I×R. */
  float[] rowFactor(int member);

  /** The factor B of a member, J×R. */
  float[] columnFactor(int member);

  /** The factors B of the members at these indices, in this order. */
  default List<float[]> columnFactors(List<Integer> members) {
    return members.stream().map(this::columnFactor).toList();
  }

  /** Keeps the members at these indices, in this order, and drops the columns of the others. */
  void retain(List<Integer> members);
}
