package io.github.trawl.evaluation.model;

import java.util.List;

/**
 * The settings of a batch's pass through the layers of a model. The last layer computes outputs of
 * only the tokens whose logits are read ({@link WantedTokens}), since after its attention no token
 * depends on the others.
 */
final class PassContext {
  private final AttentionContext context;
  private final AttentionContext lastContext;
  private final WantedTokens lastWanted;
  private final List<KeyValueCache> caches;
  private final int last;

  private PassContext(
      AttentionContext context,
      AttentionContext lastContext,
      WantedTokens lastWanted,
      List<KeyValueCache> caches,
      int last) {
    this.context = context;
    this.lastContext = lastContext;
    this.lastWanted = lastWanted;
    this.caches = caches;
    this.last = last;
  }

  /**
   * Returns the settings of a pass over all tokens of a batch.
   *
   * @param owner owns the tensors that layers share
   * @param caches the caches of the layers whose attention runs, or null to keep no keys
   * @param rows the tokens whose logits are read, each as sequence · length + position, ascending;
   *     none if the last layer does not run
   * @param last the index of the model's last layer
   */
  static PassContext whole(
      TensorScope owner,
      boolean causal,
      TokenBatch batch,
      List<KeyValueCache> caches,
      long[] rows,
      int last) {
    AttentionContext context = AttentionContext.whole(owner, causal, batch);
    WantedTokens wanted =
        rows.length == 0
            ? WantedTokens.ALL
            : WantedTokens.of(owner, batch.size(), batch.length(), rows);
    return new PassContext(
        context,
        wanted.queries() == null
            ? context
            : AttentionContext.forQueries(owner, causal, batch, wanted.queries()),
        wanted,
        caches,
        last);
  }

  /**
   * Returns the settings of a pass over one more token for each sequence.
   *
   * @param caches the caches of all layers
   */
  static PassContext next(AttentionContext context, List<KeyValueCache> caches) {
    return new PassContext(context, context, WantedTokens.ALL, caches, caches.size() - 1);
  }

  /** Returns the inputs of a layer besides the hidden states. */
  LayerContext layer(int layer) {
    return new LayerContext(
        layer == last ? lastContext : context,
        caches == null || layer >= caches.size() ? null : caches.get(layer),
        layer == last ? lastWanted : WantedTokens.ALL);
  }
}
