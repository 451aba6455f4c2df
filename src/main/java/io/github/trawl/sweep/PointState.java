package io.github.trawl.sweep;

import java.util.Locale;

/** How far a point has come. */
enum PointState {
  /** It has seen all validation examples. */
  COMPLETE,
  /** It dropped out of the race. */
  PRUNED,
  /** It has seen some validation examples so far. */
  PARTIAL,
  /** It can't be measured. */
  FAILED,
  /** It has seen nothing so far. */
  MISSING;

  String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
