package io.github.trawl.evaluation.model;

/**
 * The hidden states of one batch of requests at the input of a layer, from {@link
 * LanguageModel#prefix}. They stay valid while only this layer and later ones change.
 */
public interface Prefix extends AutoCloseable {
  /** The first layer that is still to run. */
  int layer();

  /** Bytes of memory that the states hold until {@link #close}. */
  long bytes();

  @Override
  void close();
}
