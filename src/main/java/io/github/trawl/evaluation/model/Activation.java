package io.github.trawl.evaluation.model;

/**
 * The activation functions of feed-forward networks and output heads.
 *
 * <p>PyTorch computes the last elements of a thread's share of a sigmoid, SiLU or GELU by scalar
 * code, which rounds differently from its vector code, so results could depend on the number of
 * threads. {@link EvenShares} avoids that; in float32, {@link #GELU_TANH} consists of operations
 * that round alike in scalar and in vector code.
 */
enum Activation {
  /** x · Φ(x), where Φ is the distribution function of the standard normal distribution. */
  GELU {
    @Override
    NativeTensor apply(NativeTensor input) {
      return EvenShares.apply(input, tensor -> tensor.gelu(false));
    }
  },
  /** The approximation by tanh: 0.5 · x · (1 + tanh(√(2/π) · (x + 0.044715 · x³))). */
  GELU_TANH {
    @Override
    NativeTensor apply(NativeTensor input) {
      if (!input.isFloat32()) {
        return EvenShares.apply(input, tensor -> tensor.gelu(true));
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
      NativeTensor gate = EvenShares.apply(scaled, NativeTensor::sigmoid);
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
      return EvenShares.apply(input, NativeTensor::silu);
    }
  };

  private static final float ROOT_OF_2_OVER_PI = (float) Math.sqrt(2 / Math.PI);

  /** Returns a new tensor with the function applied to each element. */
  abstract NativeTensor apply(NativeTensor input);
}
