package io.github.trawl.decomposition;

/** What CP-ALS does between iterations to need fewer of them. */
public enum Acceleration {
  /** Plain CP-ALS. */
  NONE,
  /** Goes further in the direction of the last iteration; see {@link Extrapolation}. */
  EXTRAPOLATION
}
