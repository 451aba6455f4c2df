package io.github.trawl.decomposition;

import java.util.Locale;

/**
 * The options of a decomposition that a user may set. Each method declares which of them it takes.
 */
public enum MethodOption {
  /** One or several ranks. */
  RANK,
  /** One or several ranks, each as a share of the shorter side of a matrix. */
  RATIO,
  /** One or several seeds of a random start. */
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
