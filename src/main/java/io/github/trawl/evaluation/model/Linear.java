package io.github.trawl.evaluation.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;

/**
 * A linear map of the last dimension, with or without a bias.
 *
 * @param weight [outputs, inputs]
 * @param inputMajor whether {@code weight} is in memory as [inputs, outputs]
 * @param bias [outputs], or null
 */
record Linear(NDArray weight, boolean inputMajor, NDArray bias) {
  /** Returns the map that {@code spec} describes, or null for null. */
  static Linear of(LinearSpec spec, WeightStore weights) {
    return spec == null
        ? null
        : new Linear(weights.weight(spec), spec.inputMajor(), weights.bias(spec));
  }

  /** Returns the map to outputs {@code from} to {@code to - 1} alone, which shares the weights. */
  Linear outputs(int from, int to) {
    NDIndex rows = new NDIndex().addSliceDim(from, to);
    return new Linear(weight.get(rows), inputMajor, bias == null ? null : bias.get(rows));
  }

  NDArray apply(NDArray input) {
    if (areFew(input.size() / weight.getShape().get(1)) && !inputMajor && onCpu()) {
      return applyToFew(input);
    }
    return ai.djl.nn.core.Linear.linear(input, weight, bias).singletonOrThrow();
  }

  /**
   * Returns whether the product is faster with the weight as its first factor. MKL is then two to
   * four times as fast for two or three rows of input, and up to twice for four; for one row, and
   * for eight or more, the order does not matter.
   */
  private static boolean areFew(long rows) {
    return rows >= 2 && rows <= 4;
  }

  private boolean onCpu() {
    return !weight.getDevice().isGpu();
  }

  private NDArray applyToFew(NDArray input) {
    Shape shape = input.getShape();
    NDArray columns = weight.matMul(input.reshape(-1, weight.getShape().get(1)).transpose());
    // The product belongs to the manager of its first factor, the weight.
    columns.attach(input.getManager());
    Shape outputs = shape.slice(0, shape.dimension() - 1).add(weight.getShape().get(0));
    // Flattening copies the transposed view, so that the outputs of a row are contiguous.
    NDArray output = columns.transpose().reshape(-1).reshape(outputs);
    return bias == null ? output : output.addi(bias);
  }
}
