package io.github.trawl.sweep;

/** Whether a sweep tries several points together. */
public enum Composition {
  /** Points are tried only by themselves. */
  NONE,
  /**
   * Starts with the best point and adds, one by one, the point of other matrices that improves the
   * model most, as long as a paired test finds an improvement.
   */
  GREEDY
}
