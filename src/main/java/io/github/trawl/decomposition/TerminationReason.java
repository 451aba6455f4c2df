package io.github.trawl.decomposition;

/** Why a decomposition ended. */
public enum TerminationReason {
  /** The relative error changed by less than the tolerance, twice in a row. */
  TOLERANCE_REACHED,
  /** The largest number of iterations was done before the tolerance was reached. */
  MAX_ITERATIONS,
  /** The tensor is zero, and so is its approximation. */
  ZERO_TENSOR,
  /** The method is direct and needs no iteration. */
  DIRECT
}
