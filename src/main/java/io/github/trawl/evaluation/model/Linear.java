package io.github.trawl.evaluation.model;

/**
 * A linear map of the last dimension, with or without a bias.
 *
 * @param weight [outputs, inputs]
 * @param inputMajor whether {@code weight} is in memory as [inputs, outputs]
 * @param bias [outputs], or null
 */
record Linear(NativeTensor weight, boolean inputMajor, NativeTensor bias) {
  private static final long ONE_DNN_ROWS = 128;

  /** Returns the map that {@code spec} describes, or null for null. */
  static Linear of(LinearSpec spec, WeightStore weights) {
    return spec == null
        ? null
        : new Linear(weights.weight(spec), spec.inputMajor(), weights.bias(spec));
  }

  /** Returns the map to outputs {@code from} to {@code to - 1} alone, which shares the weights. */
  Linear outputs(int from, int to) {
    return new Linear(
        weight.slice(0, from, to), inputMajor, bias == null ? null : bias.slice(0, from, to));
  }

  NativeTensor apply(NativeTensor input) {
    long rows = input.count() / weight.size(1);
    if (weight.isOnGpu() || !weight.isFloat32()) {
      return input.linear(weight, bias);
    }
    if (areFew(rows) && !inputMajor) {
      return applyToFew(input);
    }
    return suitsOneDnn(rows) ? input.linearByOneDnn(weight, bias) : input.linear(weight, bias);
  }

  /**
   * Returns whether the product is faster with the weight as its first factor: OpenBLAS, which
   * computes it, is then up to four times as fast for two or three rows of input.
   */
  private static boolean areFew(long rows) {
    return rows >= 2 && rows <= 4;
  }

  /**
   * Returns whether oneDNN is the better choice than OpenBLAS. It uses all threads, while OpenBLAS
   * is limited to one for the sake of decompositions in the same process; but it copies the input,
   * and orders the weight anew in each product, after a copy if that is stored as [inputs,
   * outputs]. The number of threads does not decide, so that it changes no bit of a result.
   */
  private boolean suitsOneDnn(long rows) {
    return rows >= (inputMajor ? 4 : 1) * ONE_DNN_ROWS;
  }

  private NativeTensor applyToFew(NativeTensor input) {
    long[] outputs = input.shape();
    outputs[outputs.length - 1] = weight.size(0);
    NativeTensor columns = weight.matMul(input.reshape(-1, weight.size(1)).transpose());
    // The product belongs to the scope of its first factor, the weight.
    columns.attach(input.scope());
    NativeTensor output = columns.transpose().contiguous().reshape(outputs);
    return bias == null ? output : output.addi(bias);
  }
}
