package io.github.trawl.evaluation.model;

import ai.djl.ndarray.NDArray;

/** An affine map of the last dimension. */
record Linear(NDArray weight, NDArray bias) {
  /** Null for a null {@code spec}. */
  static Linear of(LinearSpec spec, WeightStore weights) {
    return spec == null ? null : new Linear(weights.weight(spec), weights.bias(spec));
  }

  NDArray apply(NDArray input) {
    return ai.djl.nn.core.Linear.linear(input, weight, bias).singletonOrThrow();
  }
}
