package io.github.trawl.evaluation.model;

import java.util.ArrayList;
import java.util.List;

/**
 * A {@link BatchState} whose hidden states are tensors in native memory.
 *
 * @param owner owns the tensors of {@code state} and {@code caches}
 * @param stop how far the batch has run
 * @param tokens the sequences
 * @param requests the requests of a batch that is scored; null for prompts, which are continued
 * @param rows the tokens whose logits are read, each as sequence · length + position, ascending
 * @param state the hidden states at {@code stop}
 * @param caches for prompts that get several tokens, the keys and values of each layer that has
 *     computed them; else null
 * @param size counts the memory that a batch holds at a stop
 */
@SuppressWarnings("ArrayRecordComponent") // Read once, never changed.
record NativeBatchState(
    TensorScope owner,
    Stop stop,
    TokenBatch tokens,
    List<ScoreRequest> requests,
    long[] rows,
    LayerState state,
    List<KeyValueCache> caches,
    StateSize size)
    implements BatchState {
  @Override
  public long bytes(Stop later) {
    return size.bytes(later, (long) tokens.size() * tokens.length(), rows.length, caches != null);
  }

  @Override
  public long continuedCacheBytes(int newTokens) {
    return caches == null ? 0 : size.continuedCacheBytes(tokens.size(), tokens.length(), newTokens);
  }

  /**
   * Returns {@code wanted}, or the input of the last layer if that is earlier and no logits are
   * read.
   */
  Stop reachable(Stop wanted) {
    return size.reachable(wanted, rows.length);
  }

  /**
   * Returns caches of the layers before {@code end} for a further pass: those of this state, which
   * share its memory without changing it, and empty ones for the other layers. Null if the batch
   * keeps no keys and values.
   *
   * @param owner owns the caches that are returned
   */
  List<KeyValueCache> cachesFor(TensorScope owner, int end) {
    if (caches == null) {
      return null;
    }
    List<KeyValueCache> own = new ArrayList<>();
    for (int i = 0; i < end; i++) {
      own.add(i < caches.size() ? caches.get(i).sharedWith(owner) : new KeyValueCache(owner));
    }
    return own;
  }

  @Override
  public void close() {
    owner.close();
  }
}
