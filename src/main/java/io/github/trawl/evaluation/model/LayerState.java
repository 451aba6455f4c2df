package io.github.trawl.evaluation.model;

import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/**
 * The hidden states of a batch at some part of a layer. Wanted tokens are those for which the
 * layer's output is computed: all tokens or, in the last layer, those whose logits are read.
 * Tensors of all tokens are [batch, tokens, features], those of only some tokens [1, wanted tokens,
 * features].
 *
 * @param next the first part that has not run
 * @param nextInput the input of that part: of all tokens the layer's input or the attention's
 *     input; of the wanted tokens the heads' outputs, the feed-forward network's input or its
 *     activated features
 * @param residual the residual stream of the wanted tokens, to which the results of the attention
 *     and then of the feed-forward network are added; null at {@link LayerPart#INPUT}
 * @param feedForwardInput in a parallel layer, the input of the feed-forward network at {@link
 *     LayerPart#ATTENTION} and {@link LayerPart#ATTENTION_OUTPUT}; else null
 * @param feedForwardOutput in a parallel layer, the result of the feed-forward network if the batch
 *     has stopped at one of these two parts; else null
 */
record LayerState(
    LayerPart next,
    NativeTensor nextInput,
    NativeTensor residual,
    NativeTensor feedForwardInput,
    NativeTensor feedForwardOutput) {
  /** Returns the state before a layer whose input is {@code hidden}, [batch, tokens, hidden]. */
  static LayerState input(NativeTensor hidden) {
    return new LayerState(LayerPart.INPUT, hidden, null, null, null);
  }

  /**
   * Returns a state in the same memory whose tensors belong to {@code owner}; closing them leaves
   * the tensors of this state open.
   */
  LayerState sharedWith(TensorScope owner) {
    return mapped(
        array -> {
          NativeTensor same = array.alias();
          same.attach(owner);
          return same;
        });
  }

  /** Makes {@code owner} the owner of all tensors. */
  void attach(TensorScope owner) {
    arrays().forEach(array -> array.attach(owner));
  }

  /** Returns all tensors that are not null; the same tensor may occur twice. */
  Stream<NativeTensor> arrays() {
    return Stream.of(nextInput, residual, feedForwardInput, feedForwardOutput)
        .filter(Objects::nonNull);
  }

  /** Whether {@link FewRowProducts} computes all products from the next part to the layer's end. */
  boolean isOfFewRows() {
    return next.compareTo(LayerPart.ATTENTION_OUTPUT) >= 0
        && nextInput.isFloat32()
        && Linear.isOfFewRows(
            NumberType.FLOAT32, nextInput.size(0) * nextInput.size(1), nextInput.scope());
  }

  /**
   * Returns the wanted tokens of several batches as those of one.
   *
   * @param states at the same part behind the attention of a serial last layer
   * @param owner becomes the owner of the tensors, which are new
   */
  static LayerState concatenated(List<LayerState> states, TensorScope owner) {
    LayerState first = states.get(0);
    NativeTensor nextInput = concatenated(states, LayerState::nextInput, owner);
    NativeTensor residual =
        first.residual == first.nextInput
            ? nextInput
            : concatenated(states, LayerState::residual, owner);
    return new LayerState(first.next, nextInput, residual, null, null);
  }

  private static NativeTensor concatenated(
      List<LayerState> states, Function<LayerState, NativeTensor> part, TensorScope owner) {
    NativeTensor all = NativeTensor.concatenate(states.stream().map(part).toList(), 1);
    all.attach(owner);
    return all;
  }

  LayerState withFeedForwardOutput(NativeTensor result) {
    return new LayerState(next, nextInput, residual, feedForwardInput, result);
  }

  private LayerState mapped(UnaryOperator<NativeTensor> change) {
    return new LayerState(
        next,
        change.apply(nextInput),
        residual == null ? null : change.apply(residual),
        feedForwardInput == null ? null : change.apply(feedForwardInput),
        feedForwardOutput == null ? null : change.apply(feedForwardOutput));
  }
}
