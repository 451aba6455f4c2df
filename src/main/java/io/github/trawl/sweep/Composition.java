package io.github.trawl.sweep;

/** Whether a sweep tries points together. */
public enum Composition {
  /** Points are tried by themselves. */
  NONE,
  /**
   * Beginning with the best point, the point of other matrices that improves the model most is
   * added, as long as a paired test finds that it does.
   */
  GREEDY
}
