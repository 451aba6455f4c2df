package io.github.trawl.evaluation.model;

import ai.djl.ndarray.NDManager;
import java.util.ArrayList;
import java.util.List;

/**
 * Hidden states in native memory.
 *
 * @param manager owns the arrays of {@code state} and {@code caches}
 * @param stop how far the batch has run
 * @param tokens the sequences
 * @param requests what is asked of each; null for prompts, which are continued
 * @param rows of the tokens whose logits are read, sequence · length + position, ascending
 * @param state at {@code stop}
 * @param caches of the layers that have keys, for prompts; else null
 * @param size counts the numbers that are held at a stop
 */
@SuppressWarnings("ArrayRecordComponent") // Read once, never changed.
record HiddenPrefix(
    NDManager manager,
    Stop stop,
    TokenBatch tokens,
    List<ScoreRequest> requests,
    long[] rows,
    LayerState state,
    List<LayerCache> caches,
    StateSize size)
    implements Prefix {
  @Override
  public long bytes(Stop later) {
    return Float.BYTES
        * size.numbers(
            reachable(later), (long) tokens.size() * tokens.length(), rows.length, caches != null);
  }

  /** The stop itself; the input of the last layer where nothing of that is wanted. */
  Stop reachable(Stop wanted) {
    return rows.length == 0 && wanted.layer() == size.last() ? Stop.before(size.last()) : wanted;
  }

  /**
   * Caches of the layers before {@code end} for a run of their own: those that are there share
   * their memory and leave it as it is, the others are empty. Null if nothing is continued.
   */
  List<LayerCache> cachesFor(NDManager owner, int end) {
    if (caches == null) {
      return null;
    }
    List<LayerCache> own = new ArrayList<>();
    for (int i = 0; i < end; i++) {
      own.add(i < caches.size() ? caches.get(i).sharedWith(owner) : new LayerCache(owner));
    }
    return own;
  }

  @Override
  public void close() {
    manager.close();
  }
}
