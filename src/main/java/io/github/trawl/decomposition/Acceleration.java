package io.github.trawl.decomposition;

/** What CP-ALS does between sweeps to need fewer of them. */
public enum Acceleration {
  /** Nothing. */
  NONE,
  /** Goes further in the direction of the last sweep; see {@link Extrapolation}. */
  EXTRAPOLATION
}
