package io.github.trawl.sweep.report;

/** The kind of edit in a row of the report. */
public enum EditKind {
  /** A stack of matrices replaced by a tensor decomposition. */
  TRAWL("TRAWL"),
  /**
   * Each selected matrix replaced by its own truncated SVD: the method that TRAWL is compared with.
   */
  LASER("LASER"),
  /**
   * A random change with the same relative error as an edit: shows what a change of that size does
   * by chance.
   */
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
