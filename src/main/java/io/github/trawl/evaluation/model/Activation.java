package io.github.trawl.evaluation.model;

/**
 * The activation functions of feed-forward networks and heads.
 *
 * <p>PyTorch's sigmoid, SiLU and approximate GELU in float32 round differently at the end of what a
 * thread computes, so that they would depend on the number of threads.
 */
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
      if (!input.isFloat32()) {
        return input.gelu(true);
      }
      NativeTensor inner =
          input.square().muli(0.044715f).addi(1f).muli(input).muli(ROOT_OF_2_OVER_PI);
      NativeTensor gate = inner.tanh().addi(1f).muli(0.5f);
      inner.close();
      return gate.muli(input);
    }
  },
  /** x · σ(1.702 · x). */
  GELU_QUICK {
    @Override
    NativeTensor apply(NativeTensor input) {
      NativeTensor scaled = input.mul(1.702f);
      NativeTensor gate = TorchEngine.withOneThread(scaled::sigmoid);
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
      return TorchEngine.withOneThread(input::silu);
    }
  };

  private static final float ROOT_OF_2_OVER_PI = (float) Math.sqrt(2 / Math.PI);

  /** Returns a new array with the function applied to each element. */
  abstract NativeTensor apply(NativeTensor input);
}
