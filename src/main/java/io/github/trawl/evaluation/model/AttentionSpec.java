package io.github.trawl.evaluation.model;

import java.util.List;

/**
 * Multi-head attention with grouped queries.
 *
 * @param heads query heads, a multiple of {@code keyValueHeads}
 * @param keyValueHeads heads of keys and of values
 * @param headSize features of a head
 * @param input gives queries, keys and values, by {@code layout}
 * @param layout how the outputs of {@code input} are ordered
 * @param queryNorm over each query head, or null
 * @param keyNorm over each key head, or null
 * @param rotary rotates queries and keys, or null
 * @param scale multiplies the scores
 * @param softCap bounds the scores by c · tanh(score / c); 0 for none
 * @param window keys that a query sees, itself included; 0 for all
 * @param output maps the heads back
 */
record AttentionSpec(
    int heads,
    int keyValueHeads,
    int headSize,
    LinearSpec input,
    Layout layout,
    NormSpec queryNorm,
    NormSpec keyNorm,
    RotarySpec rotary,
    double scale,
    double softCap,
    int window,
    LinearSpec output) {
  /** Orders of queries, keys and values. */
  enum Layout {
    /** All query heads, all key heads, all value heads. */
    BLOCKS,
    /** For each head its query, key and value. */
    PER_HEAD
  }

  AttentionSpec {
    if (heads % keyValueHeads != 0
        || input.totalOutputs() != (heads + 2 * keyValueHeads) * headSize) {
      throw new IllegalArgumentException(
          heads + " heads, " + keyValueHeads + " of keys, of " + headSize + " from " + input);
    }
  }

  /** Numbers that a token's key and value hold. */
  int cachedSize() {
    return 2 * keyValueHeads * headSize;
  }

  /** Starts with full attention, scores scaled by 1/√headSize, and nothing else. */
  static Builder builder(int heads, int keyValueHeads, int headSize) {
    return new Builder(heads, keyValueHeads, headSize);
  }

  /** Collects what differs from plain attention. */
  static final class Builder {
    private final int heads;
    private final int keyValueHeads;
    private final int headSize;
    private LinearSpec input;
    private Layout layout = Layout.BLOCKS;
    private NormSpec queryNorm;
    private NormSpec keyNorm;
    private RotarySpec rotary;
    private double scale;
    private double softCap;
    private int window;
    private LinearSpec output;

    private Builder(int heads, int keyValueHeads, int headSize) {
      this.heads = heads;
      this.keyValueHeads = keyValueHeads;
      this.headSize = headSize;
      this.scale = 1 / Math.sqrt(headSize);
    }

    /** Tensors of queries, keys and values. */
    Builder input(List<String> names, int hidden, boolean bias) {
      int keys = keyValueHeads * headSize;
      input = new LinearSpec(names, List.of(heads * headSize, keys, keys), hidden, bias, false);
      return this;
    }

    /** One tensor of all three. */
    Builder fusedInput(LinearSpec fused, Layout order) {
      input = fused;
      layout = order;
      return this;
    }

    Builder headNorms(NormSpec queries, NormSpec keys) {
      queryNorm = queries;
      keyNorm = keys;
      return this;
    }

    Builder rotary(RotarySpec spec) {
      rotary = spec;
      return this;
    }

    Builder scale(double factor) {
      scale = factor;
      return this;
    }

    Builder softCap(double cap) {
      softCap = cap;
      return this;
    }

    Builder window(int tokens) {
      window = tokens;
      return this;
    }

    /** The map from the heads back, stored [hidden, heads · headSize]. */
    Builder output(String name, int hidden, boolean bias) {
      return output(LinearSpec.of(name, hidden, heads * headSize, bias));
    }

    Builder output(LinearSpec spec) {
      output = spec;
      return this;
    }

    AttentionSpec build() {
      return new AttentionSpec(
          heads,
          keyValueHeads,
          headSize,
          input,
          layout,
          queryNorm,
          keyNorm,
          rotary,
          scale,
          softCap,
          window,
          output);
    }
  }
}
