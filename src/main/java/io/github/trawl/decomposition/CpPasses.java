package io.github.trawl.decomposition;

import java.util.List;

/**
 * A tensor X of K slices of I×J with the factors A (I×W) and B (J×W) of a batch, seen through the
 * two passes that a CP-ALS iteration needs. In one process or on a cluster, the solver is the same.
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
   * Takes {@code batch} as the batch to work on and sets B to its random start.
   *
   * @return the Gram matrices BᵀB, R·R values a member
   */
  double[][] start(CpBatch batch);

  /** Sets A to its random start and returns the sums of the first pass over all rows. */
  CpKernels.RowSums startRows();

  /**
   * Solves B from the second pass and, with the new B, A from the first.
   *
   * @param c the new C, K×W
   * @param columnSystem the normal equations of the columns
   * @param sliceGrams CᵀC, R·R values a member: together with BᵀB they give the normal equations of
   *     the rows
   */
  Update update(float[] c, NormalEquations columnSystem, double[][] sliceGrams);

  /**
   * The sums that an update returns.
   *
   * @param columnGrams BᵀB, R·R values a member
   * @param rows the sums of the first pass, over all rows
   */
  @SuppressWarnings("ArrayRecordComponent") // Handed over once.
  record Update(double[][] columnGrams, CpKernels.RowSums rows) {}

  /**
   * Sets A to A + β·(A − Ā), where Ā is the A of the last call, or A itself in the first call after
   * a start.
   *
   * @param steps β of each member
   * @return the Gram matrices AᵀA, R·R values a member
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
