package io.github.trawl.distributed;

import io.github.trawl.decomposition.NormalEquations;
import io.github.trawl.linalg.FloatMatrix;

/**
 * B as an executor keeps it for all its tasks of an iteration.
 *
 * @param factor B, J×W
 * @param grams BᵀB, R·R values a member; null for the random start
 * @param rowSystem the normal equations of the rows, V = BᵀB ∘ CᵀC; null for the random start
 */
@SuppressWarnings("ArrayRecordComponent") // Shared by tasks that only read it.
record ColumnCopy(FloatMatrix factor, double[][] grams, NormalEquations rowSystem)
    implements AutoCloseable {
  @Override
  public void close() {
    factor.close();
  }
}
