package io.github.trawl.evaluation.model;

import java.util.Objects;

/**
 * One layer. Norms that are null are left out.
 *
 * <p>Serial: {@code x = after(x + output(attention(input(x))))}, then the same with the
 * feed-forward network. Parallel: both read the layer's input and are added to it together; a
 * feed-forward network without input norm shares the attention's.
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

  /** Norms before a part, on its output, and after adding that to the residual stream. */
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
