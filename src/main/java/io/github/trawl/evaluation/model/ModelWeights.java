package io.github.trawl.evaluation.model;

import java.nio.FloatBuffer;
import java.util.function.Supplier;

/** The weights of a model, of which some may be replaced for a time. */
interface ModelWeights extends AutoCloseable {
  /**
   * Overwrites a tensor until {@link #restore}.
   *
   * @param name in the checkpoint
   * @param values gives those in the stored layout, as many as the tensor has, as often as the
   *     tensor comes into memory until then
   * @throws io.github.trawl.TrawlException if the tensor takes no part in the forward pass
   */
  void patch(String name, Supplier<FloatBuffer> values);

  /** Puts all overwritten tensors back. */
  void restore();

  /** Bytes of memory that the weights take, at most. */
  long bytes();

  @Override
  void close();
}
