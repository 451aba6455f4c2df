package io.github.trawl.evaluation.model;

import java.util.Objects;

/**
 * Describes one layer. Norms that are null are left out.
 *
 * <p>Serial: {@code x = after(x + output(attention(input(x))))}, then the same with the
 * feed-forward network. Parallel: both read the layer's input, and both results are added to it; a
 * feed-forward network without an input norm shares the attention's.
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

  /** The norms of a part: on its input, on its output, and on the residual stream after it. */
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
