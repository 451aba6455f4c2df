package io.github.trawl.evaluation.model;

/**
 * A batch on its way through the layers: its hidden states at the input of one and, where it is to
 * be continued, the keys and values of the layers before. They stay valid while only this layer and
 * later ones change.
 */
public interface Prefix extends AutoCloseable {
  /** The first layer that is still to run. */
  int layer();

  /**
   * Bytes of memory that the batch holds until {@link #close} once it stands at {@code layer}.
   *
   * @param layer {@link #layer()} or a later one
   */
  long bytes(int layer);

  @Override
  void close();
}
