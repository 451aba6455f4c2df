package io.github.trawl.sweep.report;

/** How far a point has come on the validation rows. */
public enum PointState {
  /** It saw all of them. */
  COMPLETE("complete"),
  /** Racing dropped it after some of them. */
  PRUNED("pruned"),
  /** It has seen some of them and has not dropped out. */
  PARTIAL("under way");

  private final String label;

  PointState(String label) {
    this.label = label;
  }

  String label() {
    return label;
  }
}
