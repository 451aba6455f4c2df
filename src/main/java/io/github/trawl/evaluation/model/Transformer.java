package io.github.trawl.evaluation.model;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Supplier;

/** A transformer's embedding, layers and head, and the passes through them. */
final class Transformer {
  private final TransformerSpec spec;
  private final Embedding embedding;
  private final Layers layers;
  private final OutputHead head;

  /** A model whose weights are all in memory. */
  Transformer(TransformerSpec spec, WeightStore weights) {
    this(spec, weights, new LayersInMemory(spec.blocks(), weights));
  }

  /**
   * @param weights the weights outside the layers
   */
  Transformer(TransformerSpec spec, WeightStore weights, Layers layers) {
    this.spec = spec;
    this.layers = layers;
    embedding = new Embedding(spec.embedding(), weights);
    head = new OutputHead(spec.head(), weights);
  }

  TransformerSpec spec() {
    return spec;
  }

  boolean isCausal() {
    return spec.kind() == ModelKind.CAUSAL;
  }

  OutputHead head() {
    return head;
  }

  /**
   * Returns the hidden states [batch, tokens, hidden] before the first layer, owned by {@code
   * owner}.
   */
  NativeTensor embed(TensorScope owner, TokenBatch batch) {
    return embedding.apply(
        owner, batch.ids(), embedding.hasPositions() ? batch.rows(embedding.numbering()) : null);
  }

  /**
   * Returns the hidden states [batch, 1, hidden] of one more token for each sequence.
   *
   * @param positions the position of each of {@code tokens} in its sequence
   */
  NativeTensor embedNext(TensorScope owner, int[] tokens, int[] positions) {
    long[][] ids = new long[tokens.length][1];
    long[][] rows = new long[tokens.length][1];
    for (int i = 0; i < tokens.length; i++) {
      ids[i][0] = tokens[i];
      rows[i][0] = (long) embedding.numbering().first() + positions[i];
    }
    return embedding.apply(owner, ids, rows);
  }

  /**
   * Runs a batch from one stop to another.
   *
   * @param owner becomes the owner of the result
   * @param start the states at {@code from}; not to be used afterwards
   * @param to {@code from} or a later one
   */
  LayerState advance(TensorScope owner, LayerState start, Stop from, Stop to, PassContext context) {
    LayerState state = start;
    for (int layer = from.layer(); layer < to.layer(); layer++) {
      state = LayerState.input(finish(owner, state, layer, context));
    }
    int layer = to.layer();
    LayerState begun = state;
    if (begun.next() == to.next()) {
      // Nothing of that layer runs: it need not be in memory.
      begun.attach(owner);
      return begun;
    }
    return inScope(
        owner,
        begun,
        () -> layers.get(layer).advance(begun, to.next(), context.layer(layer)),
        LayerState::attach);
  }

  /**
   * A batch that is to be run to the end.
   *
   * @param owner becomes the owner of the result
   * @param start the states at {@code from}; not to be used afterwards
   * @param context the masks, caches and wanted tokens of the pass
   */
  record Pass(TensorScope owner, LayerState start, Stop from, PassContext context) {}

  /**
   * Runs all layers that are left.
   *
   * @return states of the wanted tokens of the last layer
   */
  NativeTensor finish(Pass pass) {
    return finish(List.of(pass)).get(0);
  }

  /**
   * Runs the rest of the last layer.
   *
   * @param owner becomes the owner of the result
   * @param attended states of wanted tokens behind its attention; not to be used afterwards
   * @return states of these tokens after the layer
   */
  NativeTensor finishLast(TensorScope owner, LayerState attended) {
    return inScope(
        owner,
        attended,
        () -> layers.get(layerCount() - 1).finish(attended, null), // No part left needs a context.
        NativeTensor::attach);
  }

  /**
   * Runs all layers that are left, each for all batches before the next.
   *
   * @return for each batch the states of the wanted tokens of the last layer
   */
  List<NativeTensor> finish(List<Pass> passes) {
    List<LayerState> states = new ArrayList<>(passes.stream().map(Pass::start).toList());
    int first = passes.stream().mapToInt(pass -> pass.from().layer()).min().orElse(0);
    for (int layer = first; layer < layerCount(); layer++) {
      for (int i = 0; i < passes.size(); i++) {
        Pass pass = passes.get(i);
        if (pass.from().layer() <= layer) {
          NativeTensor output = finish(pass.owner(), states.get(i), layer, pass.context());
          states.set(i, LayerState.input(output));
        }
      }
    }
    return states.stream().map(LayerState::nextInput).toList();
  }

  private NativeTensor finish(TensorScope owner, LayerState start, int layer, PassContext context) {
    return inScope(
        owner,
        start,
        () -> layers.get(layer).finish(start, context.layer(layer)),
        NativeTensor::attach);
  }

  /**
   * Does {@code work} in a scope of its own, and makes {@code owner} the owner of the result. The
   * result of an operation belongs to the scope of its first operand, so closing the scope frees
   * {@code start} and all intermediate tensors.
   */
  private static <T> T inScope(
      TensorScope owner, LayerState start, Supplier<T> work, BiConsumer<T, TensorScope> attach) {
    try (TensorScope scope = owner.newScope()) {
      start.attach(scope);
      T result = work.get();
      attach.accept(result, owner);
      return result;
    }
  }

  int layerCount() {
    return layers.count();
  }
}
