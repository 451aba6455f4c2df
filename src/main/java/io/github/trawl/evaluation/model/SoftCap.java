package io.github.trawl.evaluation.model;

import ai.djl.ndarray.NDArray;

/** Bounds values smoothly: c · tanh(x / c). */
final class SoftCap {
  private SoftCap() {}

  /**
   * {@code values} itself where {@code cap} is 0; else a new array, and {@code values} is closed.
   */
  static NDArray apply(NDArray values, double cap) {
    if (cap == 0) {
      return values;
    }
    NDArray bounded = values.divi((float) cap).tanh().muli((float) cap);
    values.close();
    return bounded;
  }
}
