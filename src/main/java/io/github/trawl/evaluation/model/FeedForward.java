package io.github.trawl.evaluation.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;

/** The position-wise network of a layer. */
final class FeedForward {
  private final Linear up;
  private final boolean gated;
  private final Activation activation;
  private final Linear down;

  FeedForward(FeedForwardSpec spec, WeightStore weights) {
    up = Linear.of(spec.up(), weights);
    gated = spec.gated();
    activation = spec.activation();
    down = Linear.of(spec.down(), weights);
  }

  /** The features between the maps: [batch, tokens, inner], a new array. */
  NDArray activated(NDArray input) {
    NDArray expanded = up.apply(input);
    NDArray activated;
    if (gated) {
      NDList halves = expanded.split(2, 2);
      activated = activation.apply(halves.get(0)).muli(halves.get(1));
    } else {
      activated = activation.apply(expanded);
    }
    expanded.close();
    return activated;
  }

  /** The network's result from its {@link #activated} features, a new array. */
  NDArray output(NDArray activated) {
    return down.apply(activated);
  }
}
