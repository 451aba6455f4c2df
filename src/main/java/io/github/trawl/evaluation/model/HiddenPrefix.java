package io.github.trawl.evaluation.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.List;

/**
 * Hidden states in native memory.
 *
 * @param manager owns {@code hidden}
 * @param layer the next to run
 * @param batch what is asked
 * @param tokens the sequences of {@code batch}
 * @param hidden [batch, tokens, hidden]
 */
record HiddenPrefix(
    NDManager manager, int layer, List<ScoreRequest> batch, TokenBatch tokens, NDArray hidden)
    implements Prefix {
  @Override
  public long bytes() {
    return hidden.size() * Float.BYTES;
  }

  /** The same memory under another owner. */
  NDArray sharedWith(NDManager other) {
    NDArray same = hidden.reshape(hidden.getShape());
    same.attach(other);
    return same;
  }

  @Override
  public void close() {
    manager.close();
  }
}
