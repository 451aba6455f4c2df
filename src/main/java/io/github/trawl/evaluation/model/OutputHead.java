package io.github.trawl.evaluation.model;

/** Maps the hidden states after the last layer to logits. */
final class OutputHead {
  private final OutputHeadSpec spec;
  private final Norm norm;
  private final Linear transform;
  private final Norm transformNorm;
  private final Linear decoder;

  OutputHead(OutputHeadSpec spec, WeightStore weights) {
    this.spec = spec;
    norm = Norm.of(spec.norm(), weights);
    transform = Linear.of(spec.transform(), weights);
    transformNorm = Norm.of(spec.transformNorm(), weights);
    NativeTensor bias = spec.bias() == null ? null : weights.vector(spec.bias(), spec.vocabulary());
    decoder =
        new Linear(weights.matrix(spec.decoder(), spec.vocabulary(), spec.width()), false, bias);
  }

  /**
   * Returns the logits of each row.
   *
   * @param hidden [rows, hidden]
   * @return [rows, vocabulary], in float32
   */
  NativeTensor apply(NativeTensor hidden) {
    NativeTensor features = Norm.applyIfPresent(norm, hidden);
    if (transform != null) {
      features = transform.apply(features);
      if (spec.activation() != null) {
        features = spec.activation().apply(features);
      }
      features = Norm.applyIfPresent(transformNorm, features);
    }
    return SoftCap.apply(decoder.apply(features).asFloat32(), spec.softCap());
  }
}
