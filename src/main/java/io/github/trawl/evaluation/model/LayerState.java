package io.github.trawl.evaluation.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.Objects;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/**
 * A batch at some part of a layer. Wanted tokens are those whose output of the layer is computed:
 * all, or in the last layer those whose logits are read, as [1, tokens, features].
 *
 * @param next the first part that has not run
 * @param work what this part reads: the layer's input, the attention's input (both of all tokens),
 *     the heads' results, the feed-forward network's input, or its activated features (of the
 *     wanted tokens)
 * @param residual of the wanted tokens, what the result of the attention is added to and, after it,
 *     that of the feed-forward network; null at {@link LayerPart#WHOLE}
 * @param beside where the feed-forward network stands beside the attention, its input until it is
 *     {@code work}; else null
 * @param fed where it stands beside the attention, its result while only the attention may change;
 *     else null
 */
record LayerState(LayerPart next, NDArray work, NDArray residual, NDArray beside, NDArray fed) {
  /** Before a layer with this input [batch, tokens, hidden]. */
  static LayerState input(NDArray hidden) {
    return new LayerState(LayerPart.WHOLE, hidden, null, null, null);
  }

  /** The same memory, whose arrays belong to {@code owner}; closing them leaves these. */
  LayerState sharedWith(NDManager owner) {
    return mapped(
        array -> {
          NDArray same = array.reshape(array.getShape());
          same.attach(owner);
          return same;
        });
  }

  /** Hands all arrays over to {@code owner}. */
  void attach(NDManager owner) {
    arrays().forEach(array -> array.attach(owner));
  }

  /** All arrays that are there; one may be there twice. */
  Stream<NDArray> arrays() {
    return Stream.of(work, residual, beside, fed).filter(Objects::nonNull);
  }

  LayerState withFed(NDArray result) {
    return new LayerState(next, work, residual, beside, result);
  }

  private LayerState mapped(UnaryOperator<NDArray> change) {
    return new LayerState(
        next,
        change.apply(work),
        residual == null ? null : change.apply(residual),
        beside == null ? null : change.apply(beside),
        fed == null ? null : change.apply(fed));
  }
}
