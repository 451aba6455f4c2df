package io.github.trawl.evaluation.model;

import ai.djl.ndarray.NDManager;
import java.util.List;

/**
 * A run of a batch through the layers of a model. In the last one only the tokens whose logits are
 * read are wanted, since after its attention they no longer depend on the others.
 */
final class PassRun {
  private final AttentionContext context;
  private final AttentionContext lastContext;
  private final WantedTokens lastWanted;
  private final List<LayerCache> caches;
  private final int last;

  private PassRun(
      AttentionContext context,
      AttentionContext lastContext,
      WantedTokens lastWanted,
      List<LayerCache> caches,
      int last) {
    this.context = context;
    this.lastContext = lastContext;
    this.lastWanted = lastWanted;
    this.caches = caches;
    this.last = last;
  }

  /**
   * All tokens of a batch at once.
   *
   * @param manager owns the arrays that layers share
   * @param caches of the layers whose attention runs, or null
   * @param rows of the tokens whose logits are read, sequence · length + position, ascending; none
   *     if the last layer does not run
   * @param last the last layer
   */
  static PassRun whole(
      NDManager manager,
      boolean causal,
      TokenBatch batch,
      List<LayerCache> caches,
      long[] rows,
      int last) {
    AttentionContext context = AttentionContext.whole(manager, causal, batch);
    WantedTokens wanted =
        rows.length == 0
            ? WantedTokens.ALL
            : WantedTokens.of(manager, batch.size(), batch.length(), rows);
    return new PassRun(
        context,
        wanted.queries() == null
            ? context
            : AttentionContext.some(manager, causal, batch, wanted.queries()),
        wanted,
        caches,
        last);
  }

  /**
   * One more token for each sequence.
   *
   * @param caches of all layers
   */
  static PassRun next(AttentionContext context, List<LayerCache> caches) {
    return new PassRun(context, context, WantedTokens.ALL, caches, caches.size() - 1);
  }

  /** What a layer needs. */
  LayerRun layer(int layer) {
    return new LayerRun(
        layer == last ? lastContext : context,
        caches == null || layer >= caches.size() ? null : caches.get(layer),
        layer == last ? lastWanted : WantedTokens.ALL);
  }
}
