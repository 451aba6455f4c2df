package io.github.trawl.evaluation.model;

/**
 * A batch part of the way through the layers: its hidden states where it stopped and, for prompts,
 * the keys and values so far. They stay valid while only parts behind the stop change.
 */
public interface Prefix extends AutoCloseable {
  /** How far the batch has run. */
  Stop stop();

  /**
   * Bytes of memory that the batch holds until {@link #close}, at most, once it is advanced to
   * {@code stop}.
   *
   * @param stop {@link #stop()} or a later one
   */
  long bytes(Stop stop);

  @Override
  void close();
}
