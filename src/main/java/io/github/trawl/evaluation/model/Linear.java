package io.github.trawl.evaluation.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;

/**
 * An affine map of the last dimension.
 *
 * @param weight [outputs, inputs]
 * @param inputMajor whether {@code weight} is in memory as [inputs, outputs]
 * @param bias [outputs], or null
 */
record Linear(NDArray weight, boolean inputMajor, NDArray bias) {
  /** Null for a null {@code spec}. */
  static Linear of(LinearSpec spec, WeightStore weights) {
    return spec == null
        ? null
        : new Linear(weights.weight(spec), spec.inputMajor(), weights.bias(spec));
  }

  /** The same for the outputs {@code from} to {@code to - 1}; shares the weights. */
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
   * MKL reads a weight two to four times as fast for two or three rows, and up to twice for four,
   * if it is the first factor; for one row and from eight on the order does not matter.
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
    // It belongs to the manager of the weight.
    columns.attach(input.getManager());
    Shape outputs = shape.slice(0, shape.dimension() - 1).add(weight.getShape().get(0));
    // Only the copy that flattening makes has the numbers of a row side by side.
    NDArray output = columns.transpose().reshape(-1).reshape(outputs);
    return bias == null ? output : output.addi(bias);
  }
}
