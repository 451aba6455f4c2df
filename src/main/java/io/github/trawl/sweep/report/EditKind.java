package io.github.trawl.sweep.report;

/** What a row of the sweep is there for. */
public enum EditKind {
  /** A stack of matrices replaced by a tensor decomposition. */
  TRAWL("TRAWL"),
  /** One matrix replaced by its truncated SVD: the baseline. */
  LASER("LASER"),
  /** A random change of the same relative error as an edit: what luck alone does. */
  CONTROL("Control"),
  /** Several edits at once. */
  COMPOSED("Composed");

  private final String label;

  EditKind(String label) {
    this.label = label;
  }

  String label() {
    return label;
  }
}
