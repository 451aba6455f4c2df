package io.github.trawl.evaluation.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;

/**
 * The keys and values of one layer for the tokens so far, each [batch, key heads, tokens,
 * features].
 */
record KeyValueCache(TokenBuffer keyBuffer, TokenBuffer valueBuffer) {
  /**
   * Creates an empty cache.
   *
   * @param manager owns the arrays
   */
  KeyValueCache(NDManager manager) {
    this(new TokenBuffer(manager), new TokenBuffer(manager));
  }

  NDArray keys() {
    return keyBuffer.tokens();
  }

  NDArray values() {
    return valueBuffer.tokens();
  }

  /** Adds tokens at the end. */
  void extend(NDArray newKeys, NDArray newValues) {
    keyBuffer.add(newKeys);
    valueBuffer.add(newValues);
  }

  /**
   * Returns a cache with the same tokens in the same memory, but another owner; tokens added to one
   * cache are not in the other.
   */
  KeyValueCache sharedWith(NDManager owner) {
    return new KeyValueCache(keyBuffer.sharedWith(owner), valueBuffer.sharedWith(owner));
  }
}
