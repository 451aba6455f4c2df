package io.github.trawl.evaluation.model;

/**
 * A batch that has run through some of the layers: its hidden states at a {@link Stop} and, for
 * prompts that get more than one token, the keys and values of the layers so far. It stays valid
 * when tensors are patched that were not used to compute it: those of the part at the stop and of
 * later parts. In a layer with parallel attention and feed-forward network, a stop at the attention
 * or its output map includes the result of the feed-forward network, so that the tensors of that
 * network must not be patched either.
 */
public interface BatchState extends AutoCloseable {
  /** Returns how far the batch has run. */
  Stop stop();

  /**
   * Returns the most bytes of memory that this batch, once advanced to {@code stop}, holds until
   * {@link #close}.
   *
   * @param stop {@link #stop()} or a later one
   */
  long bytes(Stop stop);

  /**
   * Returns the most bytes of memory that the keys and values of the prompts take once each prompt
   * has been continued; 0 if the batch keeps none.
   *
   * @param newTokens the number of tokens that are added to each prompt
   */
  long continuedCacheBytes(int newTokens);

  @Override
  void close();
}
