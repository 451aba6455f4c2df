package io.github.trawl.evaluation.model;

import java.util.Objects;

/**
 * Describes one layer. Norms that are null are left out.
 *
 * <p>Serial: {@code x = after(x + output(attention(input(x))))}, then the same with the
 * feed-forward network. Parallel: both read the layer's input, and both results are added to it; a
 * feed-forward network without an input norm reads the attention's normalised input.
 *
 * @param parallel whether attention and feed-forward network are parallel rather than serial
 */
record BlockSpec(
    boolean parallel,
    AttentionSpec attention,
    FeedForwardSpec feedForward,
    Norms attentionNorms,
    Norms feedForwardNorms) {
  BlockSpec {
    Objects.requireNonNull(attention, "attention");
    Objects.requireNonNull(feedForward, "feedForward");
  }

  /**
   * The norms of the attention or of the feed-forward network: on its input, on its output, and on
   * the residual stream after that output has been added.
   */
  record Norms(NormSpec input, NormSpec output, NormSpec after) {
    static Norms before(NormSpec norm) {
      return new Norms(norm, null, null);
    }

    static Norms after(NormSpec norm) {
      return new Norms(null, null, norm);
    }

    static Norms none() {
      return new Norms(null, null, null);
    }
  }
}
