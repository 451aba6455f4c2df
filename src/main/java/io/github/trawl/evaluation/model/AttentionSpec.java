package io.github.trawl.evaluation.model;

import java.util.List;

/**
 * Describes multi-head attention with grouped queries.
 *
 * @param heads number of query heads, a multiple of {@code keyValueHeads}
 * @param keyValueHeads number of key heads, and of value heads
 * @param headSize features of a head
 * @param input gives queries, keys and values, by {@code layout}
 * @param layout how the outputs of {@code input} are ordered
 * @param queryNorm over each query head, or null
 * @param keyNorm over each key head, or null
 * @param rotary rotates queries and keys, or null
 * @param scale multiplies the scores
 * @param softCap bounds the scores by c · tanh(score / c); 0 for none
 * @param window keys that a query sees, its own included; 0 for no limit
 * @param output maps the outputs of all heads to the hidden size
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
  /** The orders in which {@code input} may output queries, keys and values. */
  enum Layout {
    /** All query heads, all key heads, all value heads. */
    BLOCKS,
    /** For each head in turn, its query, key and value; each query head has its own key head. */
    PER_HEAD
  }

  AttentionSpec {
    if (heads % keyValueHeads != 0
        || input.totalOutputs() != (heads + 2 * keyValueHeads) * headSize) {
      throw new IllegalArgumentException(
          "%d query heads and %d key heads of %d features do not fit %s"
              .formatted(heads, keyValueHeads, headSize, input));
    }
    if (layout == Layout.PER_HEAD && heads != keyValueHeads) {
      throw new IllegalArgumentException(
          "%d key heads for %d query heads that each have their own"
              .formatted(keyValueHeads, heads));
    }
  }

  /** Returns how many numbers the key and value of a token have, over all heads. */
  int cachedSize() {
    return 2 * keyValueHeads * headSize;
  }

  /**
   * Returns a builder for plain attention: without a window, norms or a rotation, and with scores
   * scaled by 1/√headSize.
   */
  static Builder builder(int heads, int keyValueHeads, int headSize) {
    return new Builder(heads, keyValueHeads, headSize);
  }

  /** Builds a description. Input and output have no defaults. */
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

    /** Sets the three tensors of queries, keys and values, in this order. */
    Builder input(List<String> names, int hidden, boolean bias) {
      int keys = keyValueHeads * headSize;
      input = new LinearSpec(names, List.of(heads * headSize, keys, keys), hidden, bias, false);
      return this;
    }

    /** Sets a single tensor that gives queries, keys and values. */
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

    /** Sets the output map, stored [hidden, heads · headSize]. */
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
