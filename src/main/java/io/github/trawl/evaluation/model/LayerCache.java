package io.github.trawl.evaluation.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;

/** The keys and values of one layer for the tokens so far: [batch, heads, tokens, features]. */
final class LayerCache {
  private final NDManager manager;
  private NDArray keys;
  private NDArray values;

  /**
   * @param manager owns the arrays
   */
  LayerCache(NDManager manager) {
    this.manager = manager;
  }

  NDArray keys() {
    return keys;
  }

  NDArray values() {
    return values;
  }

  /** Adds tokens at the end. */
  void extend(NDArray newKeys, NDArray newValues) {
    keys = extended(keys, newKeys);
    values = extended(values, newValues);
  }

  private NDArray extended(NDArray old, NDArray added) {
    NDArray all = old == null ? added.duplicate() : old.concat(added, 2);
    all.attach(manager);
    if (old != null) {
      old.close();
    }
    return all;
  }
}
