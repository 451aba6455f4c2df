package io.github.trawl.evaluation.model;

import ai.djl.ndarray.NDArray;

/** The activation functions of feed-forward networks and heads. */
enum Activation {
  GELU {
    @Override
    NDArray apply(NDArray input) {
      return ai.djl.nn.Activation.gelu(input);
    }
  },
  /** The approximation by tanh: 0.5 · x · (1 + tanh(√(2/π) · (x + 0.044715 · x³))). */
  GELU_TANH {
    @Override
    NDArray apply(NDArray input) {
      NDArray inner = input.square().muli(0.044715f).addi(1f).muli(input).muli(ROOT_OF_2_OVER_PI);
      NDArray gate = inner.tanh().addi(1f).muli(0.5f);
      inner.close();
      return gate.muli(input);
    }
  },
  /** x · σ(1.702 · x). */
  GELU_QUICK {
    @Override
    NDArray apply(NDArray input) {
      NDArray scaled = input.mul(1.702f);
      NDArray gate = ai.djl.nn.Activation.sigmoid(scaled);
      scaled.close();
      return gate.muli(input);
    }
  },
  RELU {
    @Override
    NDArray apply(NDArray input) {
      return ai.djl.nn.Activation.relu(input);
    }
  },
  SILU {
    @Override
    NDArray apply(NDArray input) {
      return ai.djl.nn.Activation.sigmoid(input).muli(input);
    }
  };

  private static final float ROOT_OF_2_OVER_PI = (float) Math.sqrt(2 / Math.PI);

  /** Returns a new array with the function applied to each element. */
  abstract NDArray apply(NDArray input);
}
