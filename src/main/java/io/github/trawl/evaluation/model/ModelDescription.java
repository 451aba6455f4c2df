package io.github.trawl.evaluation.model;

/**
 * The properties of a model that are known before its weights are read.
 *
 * @param kind what it predicts
 * @param contextLength the most tokens that a sequence may have
 * @param layers the number of transformer layers
 * @param heads the most attention heads of a layer
 */
public record ModelDescription(ModelKind kind, int contextLength, int layers, int heads) {
  /**
   * Returns the bytes that the attention scores of one layer take at a time for one sequence: for
   * each head, those of as many queries as are taken together, before and after the softmax.
   *
   * @param tokens the length of the sequence
   */
  public long attentionBytes(int tokens) {
    long pairs = Math.min((long) tokens * tokens, Math.max(tokens, Attention.MOST_PAIRS));
    return 2L * heads * pairs * Float.BYTES;
  }
}
