package io.github.trawl.evaluation.model;

/** Where the weights of a model are while it runs. */
public enum WeightMode {
  /** In memory if they fit; else streamed, if one layer at a time fits. */
  AUTO,
  /** All in memory. */
  MEMORY,
  /** Those of a layer are read from the checkpoint when the layer runs. */
  STREAM;

  /**
   * Returns whether a process streams a model; with {@link #AUTO} false if it fits neither way.
   *
   * @param memoryBytes the bytes of memory that the process may use
   */
  public boolean streams(WeightBytes weights, long memoryBytes) {
    return this == STREAM
        || (this == AUTO && weights.all() > memoryBytes && weights.streamed() <= memoryBytes);
  }
}
