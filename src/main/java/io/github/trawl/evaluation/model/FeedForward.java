package io.github.trawl.evaluation.model;

import java.util.List;

/** The feed-forward network of a layer, which maps each token by itself. */
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

  /** Returns the input of the last map, [batch, tokens, inner], as a new tensor. */
  NativeTensor activated(NativeTensor input) {
    NativeTensor expanded = up.apply(input);
    NativeTensor activated;
    if (gated) {
      List<NativeTensor> halves = expanded.split(2, expanded.size(2) / 2);
      activated = activation.apply(halves.get(0)).muli(halves.get(1));
    } else {
      activated = activation.apply(expanded);
    }
    expanded.close();
    return activated;
  }

  /** Returns the network's result for the {@link #activated} features as a new tensor. */
  NativeTensor output(NativeTensor activated) {
    return down.apply(activated);
  }
}
