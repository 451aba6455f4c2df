package io.github.trawl.evaluation.model;

/**
 * A batch part of the way through the layers: the hidden states at the input of a layer and, for
 * prompts, the keys and values of the layers before. They stay valid while only this layer and
 * later ones change.
 */
public interface Prefix extends AutoCloseable {
  /** The first layer that is still to run. */
  int layer();

  /**
   * Bytes of memory that the batch holds until {@link #close} once it is advanced to {@code layer}.
   *
   * @param layer {@link #layer()} or a later one
   */
  long bytes(int layer);

  @Override
  void close();
}
