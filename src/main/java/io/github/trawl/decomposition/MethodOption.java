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
  /** Whether and how iterations are accelerated. */
  ACCELERATION,
  /** The largest number of iterations. */
  MAX_ITERATIONS,
  /** Iterations end when the relative error changes by less than this twice in a row. */
  TOLERANCE;

  /** Returns the option's name, both as a flag without the dashes and as a key in files. */
  public String key() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
