package io.github.trawl.evaluation.model;

/**
 * The keys and values of one layer for the tokens so far, each [batch, key heads, tokens,
 * features].
 */
record KeyValueCache(TokenBuffer keyBuffer, TokenBuffer valueBuffer) {
  /**
   * Creates an empty cache.
   *
   * @param owner owns the tensors
   */
  KeyValueCache(TensorScope owner) {
    this(new TokenBuffer(owner), new TokenBuffer(owner));
  }

  NativeTensor keys() {
    return keyBuffer.tokens();
  }

  NativeTensor values() {
    return valueBuffer.tokens();
  }

  /** Adds tokens at the end. */
  void extend(NativeTensor newKeys, NativeTensor newValues) {
    keyBuffer.add(newKeys);
    valueBuffer.add(newValues);
  }

  /**
   * Returns a cache with the same tokens in the same memory, but another owner; tokens added to one
   * cache are not in the other.
   */
  KeyValueCache sharedWith(TensorScope owner) {
    return new KeyValueCache(keyBuffer.sharedWith(owner), valueBuffer.sharedWith(owner));
  }
}
