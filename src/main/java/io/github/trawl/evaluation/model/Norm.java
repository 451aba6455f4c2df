package io.github.trawl.evaluation.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.norm.LayerNorm;

/** Normalises the last dimension, by the formulas of {@link NormSpec.Kind}. */
final class Norm {
  private final NormSpec spec;
  private final NDArray weight;
  private final NDArray bias;
  private final NDArray size;
  private final NDArray epsilon;
  private final NDArray one;

  private Norm(NormSpec spec, NDArray weight, NDArray bias) {
    this.spec = spec;
    this.weight = weight;
    this.bias = bias;
    // Arrays made once: DJL would make a new one of a Java number at every use.
    size = weight.getManager().create((float) spec.size());
    epsilon = weight.getManager().create((float) spec.epsilon());
    one = weight.getManager().create(1f);
  }

  /** Returns the norm that {@code spec} describes, or null for null. */
  static Norm of(NormSpec spec, WeightStore weights) {
    if (spec == null) {
      return null;
    }
    return switch (spec.kind()) {
      case LAYER ->
          new Norm(
              spec,
              weights.vector(spec.name() + ".weight", spec.size()),
              weights.vector(spec.name() + ".bias", spec.size()));
      case LAYER_GAMMA_BETA ->
          new Norm(
              spec,
              weights.vector(spec.name() + ".gamma", spec.size()),
              weights.vector(spec.name() + ".beta", spec.size()));
      case RMS, RMS_PLUS_ONE ->
          new Norm(spec, weights.vector(spec.name() + ".weight", spec.size()), null);
    };
  }

  /** Returns the normalised input, or {@code input} itself if {@code norm} is null. */
  static NDArray applyIfPresent(Norm norm, NDArray input) {
    return norm == null ? input : norm.apply(input);
  }

  NDArray apply(NDArray input) {
    return switch (spec.kind()) {
      case LAYER, LAYER_GAMMA_BETA ->
          LayerNorm.layerNorm(input, new Shape(spec.size()), weight, bias, (float) spec.epsilon())
              .singletonOrThrow();
      case RMS -> normalised(input).muli(weight);
      case RMS_PLUS_ONE -> {
        // An operation's result belongs to the manager of its first operand.
        NDArray gain = weight.add(one);
        gain.attach(input.getManager());
        yield normalised(input).muli(gain);
      }
    };
  }

  private NDArray normalised(NDArray input) {
    NDArray meanSquare = input.norm(2, new int[] {-1}, true).square().divi(size);
    return input.div(meanSquare.addi(epsilon).sqrt());
  }
}
