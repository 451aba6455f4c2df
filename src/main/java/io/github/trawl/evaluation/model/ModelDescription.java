package io.github.trawl.evaluation.model;

/**
 * What is known of a model before its weights are read.
 *
 * @param kind what it predicts
 * @param contextLength the most tokens that a sequence may have
 * @param layers the number of transformer layers
 * @param heads the most attention heads of a layer
 */
public record ModelDescription(ModelKind kind, int contextLength, int layers, int heads) {
  /**
   * Bytes of memory that attention takes at a time, in one layer, for one sequence of {@code
   * tokens}: for each head, tokens² scores before and after the softmax.
   */
  public long attentionBytes(int tokens) {
    return 2L * heads * tokens * tokens * Float.BYTES;
  }
}
