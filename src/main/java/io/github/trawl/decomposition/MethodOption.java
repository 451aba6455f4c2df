package io.github.trawl.decomposition;

import java.util.Locale;

/** What a user may choose for a decomposition. Each method says which of them it takes. */
public enum MethodOption {
  /** The rank, or several. */
  RANK,
  /** The rank as a share of the shorter side of a matrix, or several. */
  RATIO,
  /** The seed of a random start, or several. */
  SEED,
  /** The distribution of a random start. */
  START,
  /** What is done between iterations to need fewer of them. */
  ACCELERATION,
  /** The most iterations. */
  MAX_ITERATIONS,
  /** The change of the relative error below which, twice in a row, iterations end. */
  TOLERANCE;

  /** The name of its flag without the dashes, and of its key in files. */
  public String key() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
