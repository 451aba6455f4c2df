package io.github.trawl.evaluation.model;

/**
 * Describes the output head of a model, which turns hidden states into logits. Tensors are given by
 * their names.
 *
 * @param norm over the hidden states, or null
 * @param transform dense map before the decoder, or null
 * @param activation after {@code transform}, or null
 * @param transformNorm after {@code activation}, or null
 * @param decoder tensor of [vocabulary, width]; the name of the token embedding if weights are tied
 * @param vocabulary rows of the decoder
 * @param width columns of the decoder
 * @param bias tensor of [vocabulary], or null
 * @param softCap bounds the logits by c · tanh(logit / c); 0 for none
 */
record OutputHeadSpec(
    NormSpec norm,
    LinearSpec transform,
    Activation activation,
    NormSpec transformNorm,
    String decoder,
    int vocabulary,
    int width,
    String bias,
    double softCap) {
  /** Returns a head of only a norm and a decoder. */
  static OutputHeadSpec plain(NormSpec norm, String decoder, int vocabulary, int width) {
    return new OutputHeadSpec(norm, null, null, null, decoder, vocabulary, width, null, 0);
  }

  OutputHeadSpec withBias(String tensor) {
    return new OutputHeadSpec(
        norm, transform, activation, transformNorm, decoder, vocabulary, width, tensor, softCap);
  }

  OutputHeadSpec withSoftCap(double cap) {
    return new OutputHeadSpec(
        norm, transform, activation, transformNorm, decoder, vocabulary, width, bias, cap);
  }
}
