package io.github.trawl.evaluation.model;

import ai.djl.ndarray.NDArray;

/** One layer: attention and a feed-forward network, each added to the residual stream. */
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
   * Runs the layer up to {@code to}. In a parallel layer, a state at ATTENTION or ATTENTION_OUTPUT
   * includes the output of the feed-forward network.
   *
   * @param start a state at {@code to} or an earlier part; not to be used afterwards
   * @return a state at {@code to}, which may share arrays with {@code start}
   */
  LayerState advance(LayerState start, LayerPart to, LayerRun run) {
    LayerState state = start;
    while (state.next().compareTo(to) < 0) {
      state = step(state, run);
    }
    boolean attending = to == LayerPart.ATTENTION || to == LayerPart.ATTENTION_OUTPUT;
    return parallel && attending && state.fed() == null
        ? state.withFed(feedForward.output(feedForward.activated(state.beside())))
        : state;
  }

  /**
   * Runs the layer to its end.
   *
   * @param start a state at any part; not to be used afterwards
   * @return the output of the wanted tokens, a new array
   */
  NDArray finish(LayerState start, LayerRun run) {
    if (start.fed() != null) {
      return advance(start, LayerPart.FEED_FORWARD, run).residual().add(start.fed());
    }
    LayerState state = advance(start, LayerPart.FEED_FORWARD_OUTPUT, run);
    NDArray fed = feedForward.output(state.work());
    state.work().close();
    if (parallel) {
      return state.residual().add(fed);
    }
    return Norm.orSame(
        feedForwardNorms.after, Norm.orSame(feedForwardNorms.output, fed).addi(state.residual()));
  }

  /** Runs the next part; at {@link LayerPart#WHOLE}, that is the norm before the attention. */
  private LayerState step(LayerState state, LayerRun run) {
    return switch (state.next()) {
      case WHOLE -> entered(state.work(), run.wanted());
      case ATTENTION ->
          new LayerState(
              LayerPart.ATTENTION_OUTPUT,
              attention.mixed(state.work(), run),
              state.residual(),
              state.beside(),
              state.fed());
      case ATTENTION_OUTPUT -> attended(state);
      case FEED_FORWARD ->
          new LayerState(
              LayerPart.FEED_FORWARD_OUTPUT,
              feedForward.activated(state.work()),
              state.residual(),
              null,
              null);
      case FEED_FORWARD_OUTPUT -> throw new IllegalArgumentException("no part after " + state);
    };
  }

  private LayerState entered(NDArray input, WantedTokens wanted) {
    NDArray normed = Norm.orSame(attentionNorms.input, input);
    NDArray residual = wanted.of(input);
    NDArray beside = null;
    if (parallel) {
      beside =
          feedForwardNorms.input == null
              ? wanted.of(normed)
              : feedForwardNorms.input.apply(residual);
    }
    return new LayerState(LayerPart.ATTENTION, normed, residual, beside, null);
  }

  private LayerState attended(LayerState state) {
    NDArray attended =
        Norm.orSame(attentionNorms.output, attention.output(state.work())).addi(state.residual());
    state.work().close();
    if (parallel) {
      // A batch stops here only if the feed-forward network is edited, so "fed" is dropped.
      return new LayerState(LayerPart.FEED_FORWARD, state.beside(), attended, null, null);
    }
    NDArray middle = Norm.orSame(attentionNorms.after, attended);
    return new LayerState(
        LayerPart.FEED_FORWARD, Norm.orSame(feedForwardNorms.input, middle), middle, null, null);
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
