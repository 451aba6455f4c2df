package io.github.trawl.evaluation.model;

import ai.djl.ndarray.NDArray;

/** One layer: attention and a feed-forward network on the residual stream. */
final class Block {
  private final boolean parallel;
  private final Attention attention;
  private final FeedForward feedForward;
  private final Norms attentionNorms;
  private final Norms feedForwardNorms;

  Block(BlockSpec spec, WeightStore weights) {
    parallel = spec.parallel();
    attention = new Attention(spec.attention(), weights);
    feedForward = new FeedForward(spec.feedForward(), weights);
    attentionNorms = Norms.of(spec.attentionNorms(), weights);
    feedForwardNorms = Norms.of(spec.feedForwardNorms(), weights);
  }

  /**
   * The layer's output, a new array.
   *
   * @param input [batch, tokens, hidden]; left as it is
   * @param context the positions of the tokens and what they see
   * @param cache takes part and is extended, or null
   * @param wanted the tokens whose output is computed
   */
  NDArray apply(NDArray input, AttentionContext context, LayerCache cache, TokenRows wanted) {
    NDArray normed = Norm.orSame(attentionNorms.input, input);
    NDArray attended =
        Norm.orSame(attentionNorms.output, attention.apply(normed, context, cache, wanted))
            .addi(wanted.of(input));
    if (parallel) {
      NDArray other =
          feedForwardNorms.input == null
              ? wanted.of(normed)
              : feedForwardNorms.input.apply(wanted.of(input));
      return attended.addi(feedForward.apply(other));
    }
    NDArray middle = Norm.orSame(attentionNorms.after, attended);
    NDArray output =
        Norm.orSame(
            feedForwardNorms.output,
            feedForward.apply(Norm.orSame(feedForwardNorms.input, middle)));
    return Norm.orSame(feedForwardNorms.after, output.addi(middle));
  }

  private record Norms(Norm input, Norm output, Norm after) {
    static Norms of(BlockSpec.Norms spec, WeightStore weights) {
      return new Norms(
          Norm.of(spec.input(), weights),
          Norm.of(spec.output(), weights),
          Norm.of(spec.after(), weights));
    }
  }
}
