package io.github.trawl.distributed;

import io.github.trawl.decomposition.NormalEquations;
import io.github.trawl.linalg.FloatMatrix;

/**
 * The copy of B that an executor keeps for all its tasks of an iteration.
 *
 * @param factor B, J×W
 * @param grams BᵀB, R·R values per member; null for the random start
 * @param rowSystem the normal equations of the rows, V = BᵀB ∘ CᵀC; null for the random start
 */
@SuppressWarnings("ArrayRecordComponent") // Only read, by tasks that share it.
record ColumnCopy(FloatMatrix factor, double[][] grams, NormalEquations rowSystem)
    implements AutoCloseable {
  @Override
  public void close() {
    factor.close();
  }
}
