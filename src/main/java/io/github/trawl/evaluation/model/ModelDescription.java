package io.github.trawl.evaluation.model;

/**
 * The properties of a model that are known before its weights are read.
 *
 * @param kind what it predicts
 * @param contextLength the most tokens that a sequence may have
 * @param layers the number of transformer layers
 * @param heads the most attention heads of a layer
 * @param innerFeatures the most numbers that a feed-forward network holds for a token
 */
public record ModelDescription(
    ModelKind kind, int contextLength, int layers, int heads, long innerFeatures) {
  /**
   * Returns the bytes that a layer computes with for one sequence, in the attention or in the
   * feed-forward network, whichever needs more: the scores of as many queries as are computed at a
   * time, for each head, before and after the softmax; or all {@code innerFeatures}.
   *
   * @param tokens the length of the sequence
   * @param type the type of number in which the model computes; scores are float32 in any case
   */
  public long sequenceBytes(int tokens, NumberType type) {
    long pairs = Math.min((long) tokens * tokens, Math.max(tokens, LanguageModel.MOST_PAIRS));
    return Math.max(Float.BYTES * 2L * heads * pairs, (long) type.bytes() * tokens * innerFeatures);
  }
}
