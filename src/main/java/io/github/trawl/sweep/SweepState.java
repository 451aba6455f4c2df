package io.github.trawl.sweep;

import java.util.Locale;

/** How far a sweep has come. */
enum SweepState {
  /** Under way, or interrupted. */
  RUNNING,
  /** Ended by a stop rule before all was measured. */
  STOPPED,
  /** Everything was measured that could be, but some points, additions or controls failed. */
  FAILED_POINTS,
  /** Everything was measured. */
  COMPLETE;

  String label() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** Returns whether a state, as results name it, is one in which all is measured that can be. */
  static boolean isOver(String label) {
    return label.equals(COMPLETE.label()) || label.equals(FAILED_POINTS.label());
  }
}
