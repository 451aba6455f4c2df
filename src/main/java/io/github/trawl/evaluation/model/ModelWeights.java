package io.github.trawl.evaluation.model;

import java.nio.FloatBuffer;

/** The weights of a model, of which some may be replaced for a time. */
interface ModelWeights extends AutoCloseable {
  /**
   * Overwrites a tensor until {@link #restore}.
   *
   * @param name in the checkpoint
   * @param values in the stored layout, as many as the tensor has; not changed until then
   * @throws io.github.trawl.TrawlException if the tensor takes no part in the forward pass
   */
  void patch(String name, FloatBuffer values);

  /** Puts all overwritten tensors back. */
  void restore();

  /** Bytes of memory that the weights take, at most. */
  long bytes();

  @Override
  void close();
}
