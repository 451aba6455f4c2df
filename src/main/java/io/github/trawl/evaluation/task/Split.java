package io.github.trawl.evaluation.task;

import java.util.Locale;

/** Part of a task's examples. */
public enum Split {
  /** All of them: what lm-evaluation-harness reports. */
  ALL,
  /** The first examples, by which an edit is chosen. */
  VALIDATION,
  /** The others, by which it is reported. */
  TEST;

  /** The lower-case name. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Whether an example of {@code other} counts here. */
  boolean holds(Split other) {
    return this == ALL || this == other;
  }
}
