package io.github.trawl.evaluation.task;

import java.util.Locale;

/** A part of a task's examples. */
public enum Split {
  /** All examples, which lm-evaluation-harness reports. */
  ALL,
  /** The first examples, by which an edit is chosen. */
  VALIDATION,
  /** The other examples, on which the chosen edit is reported. */
  TEST;

  /** Returns the lower-case name. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Returns whether this part includes an example of {@code other}. */
  boolean holds(Split other) {
    return this == ALL || this == other;
  }
}
