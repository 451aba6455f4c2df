package io.github.trawl.evaluation.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.List;

/** The parts of a model, and how they are run. */
final class Transformer {
  private final TransformerSpec spec;
  private final Embedding embedding;
  private final List<Block> blocks;
  private final Head head;

  Transformer(TransformerSpec spec, WeightStore weights) {
    this.spec = spec;
    embedding = new Embedding(spec.embedding(), weights);
    blocks = spec.blocks().stream().map(block -> new Block(block, weights)).toList();
    head = new Head(spec.head(), weights);
  }

  TransformerSpec spec() {
    return spec;
  }

  boolean isCausal() {
    return spec.kind() == ModelKind.CAUSAL;
  }

  Head head() {
    return head;
  }

  /**
   * The hidden states [batch, tokens, hidden] before the first layer; they belong to {@code run}.
   */
  NDArray embed(NDManager run, TokenBatch batch) {
    return embedding.apply(
        run, batch.ids(), embedding.hasPositions() ? batch.rows(embedding.numbering()) : null);
  }

  /**
   * The hidden states [batch, 1, hidden] of one more token for each sequence.
   *
   * @param positions of {@code tokens} in their sequences
   */
  NDArray embedNext(NDManager run, int[] tokens, int[] positions) {
    long[][] ids = new long[tokens.length][1];
    long[][] rows = new long[tokens.length][1];
    for (int i = 0; i < tokens.length; i++) {
      ids[i][0] = tokens[i];
      rows[i][0] = (long) embedding.numbering().first() + positions[i];
    }
    return embedding.apply(run, ids, rows);
  }

  /**
   * Runs layers {@code from} to {@code to - 1}.
   *
   * @param hidden the input; closed when the call returns
   * @param caches of all layers, or null
   * @return the output; belongs to the manager of {@code hidden}
   */
  NDArray layers(
      NDArray hidden, int from, int to, AttentionContext context, List<LayerCache> caches) {
    NDArray input = hidden;
    for (int layer = from; layer < to; layer++) {
      input = layer(input, layer, context, caches, null);
    }
    return input;
  }

  /**
   * Runs all layers from {@code from} on. After the attention of the last one only the tokens whose
   * logits are read are computed, since they no longer depend on the others.
   *
   * @param hidden the input; closed when the call returns
   * @param from at most the last layer
   * @param caches of all layers, or null
   * @param rows of the tokens, sequence · length + position, at least one
   * @return their states [1, rows, hidden]; belongs to the manager of {@code hidden}
   */
  NDArray finish(
      NDArray hidden, int from, AttentionContext context, List<LayerCache> caches, long[] rows) {
    int last = layerCount() - 1;
    return layer(layers(hidden, from, last, context, caches), last, context, caches, rows);
  }

  private NDArray layer(
      NDArray input, int layer, AttentionContext context, List<LayerCache> caches, long[] rows) {
    NDManager run = input.getManager();
    try (NDManager scope = run.newSubManager()) {
      // Results belong to the manager of the first operand, so all in between goes with the scope.
      input.attach(scope);
      NDArray output =
          blocks
              .get(layer)
              .apply(
                  input,
                  context,
                  caches == null ? null : caches.get(layer),
                  rows == null ? TokenRows.ALL : new TokenRows(scope.create(rows)));
      output.attach(run);
      return output;
    }
  }

  int layerCount() {
    return blocks.size();
  }
}
