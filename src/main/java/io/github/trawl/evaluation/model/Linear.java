package io.github.trawl.evaluation.model;

/**
 * A linear map of the last dimension, with or without a bias.
 *
 * @param weight [outputs, inputs]
 * @param inputMajor whether {@code weight} is in memory as [inputs, outputs]
 * @param bias [outputs], or null
 */
record Linear(NativeTensor weight, boolean inputMajor, NativeTensor bias) {
  /**
   * From this many input rows on, or four times as many if the weight is in memory as [inputs,
   * outputs], oneDNN computes float32 products on the CPU.
   */
  static final long ONE_DNN_ROWS = 128;

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
    return suitsOneDnn(rows) && !input.scope().isOfFewRows()
        ? input.linearByOneDnn(weight, bias)
        : ofFewRows(input);
  }

  /**
   * Returns whether oneDNN computes the product. It uses all threads, but in each product it copies
   * the input and reorders the weight, of which it makes another copy before if the weight is
   * stored as [inputs, outputs]; so it is faster for many rows only.
   */
  private boolean suitsOneDnn(long rows) {
    return rows >= (inputMajor ? 4 : 1) * ONE_DNN_ROWS;
  }

  /**
   * Returns whether {@link FewRowProducts} computes the product of {@code rows} rows with any
   * weight, however it is stored.
   *
   * @param scope the owner of the rows
   */
  static boolean isOfFewRows(NumberType type, long rows, TensorScope scope) {
    return type == NumberType.FLOAT32
        && !scope.isOnGpu()
        && (rows < ONE_DNN_ROWS || scope.isOfFewRows());
  }

  private NativeTensor ofFewRows(NativeTensor input) {
    long[] outputs = input.shape();
    outputs[outputs.length - 1] = weight.size(0);
    NativeTensor output =
        FewRowProducts.multiply(input.reshape(-1, weight.size(1)), weight).reshape(outputs);
    return bias == null ? output : output.addi(bias);
  }
}
