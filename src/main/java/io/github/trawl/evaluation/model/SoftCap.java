package io.github.trawl.evaluation.model;

/** Bounds values smoothly: c · tanh(x / c). */
final class SoftCap {
  private SoftCap() {}

  /**
   * Returns {@code values} itself if {@code cap} is 0; else returns a new tensor and closes {@code
   * values}.
   */
  static NativeTensor apply(NativeTensor values, double cap) {
    if (cap == 0) {
      return values;
    }
    NativeTensor bounded = values.divi((float) cap).tanh().muli((float) cap);
    values.close();
    return bounded;
  }
}
