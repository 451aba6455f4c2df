package io.github.trawl.evaluation.model;

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
   * @return a state at {@code to}, which may share tensors with {@code start}
   */
  LayerState advance(LayerState start, LayerPart to, LayerContext layer) {
    LayerState state = start;
    while (state.next().compareTo(to) < 0) {
      state = step(state, layer);
    }
    boolean attending = to == LayerPart.ATTENTION || to == LayerPart.ATTENTION_OUTPUT;
    return parallel && attending && state.feedForwardOutput() == null
        ? state.withFeedForwardOutput(
            feedForward.output(feedForward.activated(state.feedForwardInput())))
        : state;
  }

  /**
   * Runs the layer to its end.
   *
   * @param start a state at any part; not to be used afterwards
   * @return the output of the wanted tokens, a new tensor
   */
  NativeTensor finish(LayerState start, LayerContext layer) {
    if (start.feedForwardOutput() != null) {
      return advance(start, LayerPart.FEED_FORWARD, layer)
          .residual()
          .add(start.feedForwardOutput());
    }
    // The attention uses all threads; what follows it may run in one. A parallel layer is not
    // stopped in between, since a stop there computes the feed-forward network's output.
    boolean attends = !parallel && start.next().compareTo(LayerPart.ATTENTION_OUTPUT) < 0;
    LayerState attended = attends ? advance(start, LayerPart.ATTENTION_OUTPUT, layer) : start;
    return attended.isOfFewRows()
        ? TorchEngine.withOneThread(() -> finishAttended(attended, layer))
        : finishAttended(attended, layer);
  }

  private NativeTensor finishAttended(LayerState attended, LayerContext layer) {
    LayerState state = advance(attended, LayerPart.FEED_FORWARD_OUTPUT, layer);
    NativeTensor fed = feedForward.output(state.nextInput());
    state.nextInput().close();
    if (parallel) {
      return state.residual().add(fed);
    }
    return Norm.applyIfPresent(
        feedForwardNorms.after,
        Norm.applyIfPresent(feedForwardNorms.output, fed).addi(state.residual()));
  }

  /** Runs the next part; at {@link LayerPart#INPUT}, that is the norm before the attention. */
  private LayerState step(LayerState state, LayerContext layer) {
    return switch (state.next()) {
      case INPUT -> normalizeInput(state.nextInput(), layer.wanted());
      case ATTENTION ->
          new LayerState(
              LayerPart.ATTENTION_OUTPUT,
              attention.headOutputs(state.nextInput(), layer),
              state.residual(),
              state.feedForwardInput(),
              state.feedForwardOutput());
      case ATTENTION_OUTPUT -> projectAttention(state);
      case FEED_FORWARD ->
          new LayerState(
              LayerPart.FEED_FORWARD_OUTPUT,
              feedForward.activated(state.nextInput()),
              state.residual(),
              null,
              null);
      case FEED_FORWARD_OUTPUT -> throw new IllegalArgumentException("no part after " + state);
    };
  }

  private LayerState normalizeInput(NativeTensor input, WantedTokens wanted) {
    NativeTensor normed = Norm.applyIfPresent(attentionNorms.input, input);
    NativeTensor residual = wanted.of(input);
    NativeTensor feedForwardInput = null;
    if (parallel) {
      feedForwardInput =
          feedForwardNorms.input == null
              ? wanted.of(normed)
              : feedForwardNorms.input.apply(residual);
    }
    return new LayerState(LayerPart.ATTENTION, normed, residual, feedForwardInput, null);
  }

  private LayerState projectAttention(LayerState state) {
    NativeTensor attended =
        Norm.applyIfPresent(attentionNorms.output, attention.output(state.nextInput()))
            .addi(state.residual());
    state.nextInput().close();
    if (parallel) {
      // The feed-forward network's output is left out: "finish" takes it from the state that it was
      // given, and a batch that stops here computes it later, with patched weights.
      return new LayerState(LayerPart.FEED_FORWARD, state.feedForwardInput(), attended, null, null);
    }
    NativeTensor middle = Norm.applyIfPresent(attentionNorms.after, attended);
    return new LayerState(
        LayerPart.FEED_FORWARD,
        Norm.applyIfPresent(feedForwardNorms.input, middle),
        middle,
        null,
        null);
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
