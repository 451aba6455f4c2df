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
      case RMS -> input.rmsNorm(weight, spec.epsilon());
      case RMS_PLUS_ONE -> {
        // A copy, because addi would change a float32 weight itself. It goes to the input's scope,
        // as results belong to the scope of the tensor that they are computed from.
        NativeTensor copy = weight.duplicate();
        copy.attach(input.scope());
        yield input.asFloat32().rmsNorm(copy.asFloat32().addi(1f), spec.epsilon()).asTypeOf(input);
      }
    };
  }
}
