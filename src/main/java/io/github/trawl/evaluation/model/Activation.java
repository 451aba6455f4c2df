package io.github.trawl.evaluation.model;

/** The activation functions of feed-forward networks and heads. */
enum Activation {
  GELU {
    @Override
    NativeTensor apply(NativeTensor input) {
      return input.gelu(false);
    }
  },
  /** The approximation by tanh: 0.5 · x · (1 + tanh(√(2/π) · (x + 0.044715 · x³))). */
  GELU_TANH {
    @Override
    NativeTensor apply(NativeTensor input) {
      return input.gelu(true);
    }
  },
  /** x · σ(1.702 · x). */
  GELU_QUICK {
    @Override
    NativeTensor apply(NativeTensor input) {
      NativeTensor scaled = input.mul(1.702f);
      NativeTensor gate = scaled.sigmoid();
      scaled.close();
      return gate.muli(input);
    }
  },
  RELU {
    @Override
    NativeTensor apply(NativeTensor input) {
      return input.relu();
    }
  },
  SILU {
    @Override
    NativeTensor apply(NativeTensor input) {
      return input.silu();
    }
  };

  /** Returns a new array with the function applied to each element. */
  abstract NativeTensor apply(NativeTensor input);
}
