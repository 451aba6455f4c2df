package io.github.trawl.evaluation.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.ArrayList;
import java.util.List;

/**
 * Hidden states in native memory.
 *
 * @param manager owns {@code hidden} and {@code caches}
 * @param layer the next to run
 * @param blocks all layers
 * @param tokens the sequences
 * @param requests what is asked of each; null for prompts, which are continued
 * @param hidden [batch, tokens, hidden]
 * @param caches of the layers before {@code layer}, for prompts; else null
 */
record HiddenPrefix(
    NDManager manager,
    int layer,
    List<BlockSpec> blocks,
    TokenBatch tokens,
    List<ScoreRequest> requests,
    NDArray hidden,
    List<LayerCache> caches)
    implements Prefix {
  @Override
  public long bytes(int layer) {
    long numbers = hidden.size();
    if (caches != null) {
      long tokenCount = (long) tokens.size() * tokens.length();
      numbers +=
          blocks.subList(0, layer).stream()
              .mapToLong(block -> tokenCount * block.attention().cachedSize())
              .sum();
    }
    return numbers * Float.BYTES;
  }

  /** The hidden states, the same memory under another owner. */
  NDArray hiddenFor(NDManager owner) {
    NDArray same = hidden.reshape(hidden.getShape());
    same.attach(owner);
    return same;
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
      own.add(i < layer ? caches.get(i).sharedWith(owner) : new LayerCache(owner));
    }
    return own;
  }

  @Override
  public void close() {
    manager.close();
  }
}
