package io.github.trawl.evaluation.model;

/** Normalises the last dimension, by the formulas of {@link NormSpec.Kind}. */
final class Norm {
  private final NormSpec spec;
  private final NativeTensor weight;
  private final NativeTensor bias;

  private Norm(NormSpec spec, NativeTensor weight, NativeTensor bias) {
    this.spec = spec;
    this.weight = weight;
    this.bias = bias;
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
  static NativeTensor applyIfPresent(Norm norm, NativeTensor input) {
    return norm == null ? input : norm.apply(input);
  }

  NativeTensor apply(NativeTensor input) {
    return switch (spec.kind()) {
      case LAYER, LAYER_GAMMA_BETA -> input.layerNorm(weight, bias, spec.epsilon());
      case RMS -> normalised(input).asTypeOf(input).muli(weight);
      case RMS_PLUS_ONE -> {
        // An operation's result belongs to the scope of its first operand.
        NativeTensor copy = weight.duplicate();
        copy.attach(input.scope());
        yield normalised(input).muli(copy.asFloat32().addi(1f)).asTypeOf(input);
      }
    };
  }

  /** Returns the normalised input in float32, as a new tensor. */
  private NativeTensor normalised(NativeTensor input) {
    NativeTensor exact = input.asFloat32();
    NativeTensor squares = exact.square();
    NativeTensor meanSquare = squares.meanOfLast();
    squares.close();
    return exact.mul(meanSquare.addi((float) spec.epsilon()).reciprocalRoot());
  }
}
