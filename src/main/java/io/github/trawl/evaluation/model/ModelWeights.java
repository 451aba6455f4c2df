package io.github.trawl.evaluation.model;

import java.nio.FloatBuffer;
import java.util.function.Supplier;

/** The weights of a model, of which some may be replaced for a time. */
interface ModelWeights extends AutoCloseable {
  /**
   * Overwrites a tensor until {@link #restore}.
   *
   * @param name the name of the tensor in the checkpoint
   * @param values supplies all values in the stored layout; called at once if the tensor is in
   *     memory and, until {@link #restore}, each time that it has been read again
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
