package io.github.trawl.evaluation.model;

import ai.djl.ndarray.NDArray;

/**
 * The tokens of a batch whose hidden states are still wanted: all, or those whose logits are read.
 *
 * @param indices of tokens, sequence · length of the batch + position; null for all tokens
 */
record TokenRows(NDArray indices) {
  static final TokenRows ALL = new TokenRows(null);

  /**
   * The states of these tokens.
   *
   * @param states [batch, tokens, features]
   * @return [1, rows, features], or {@code states} itself for all tokens
   */
  NDArray of(NDArray states) {
    if (indices == null) {
      return states;
    }
    long features = states.getShape().get(2);
    // A reshaped array belongs to the manager of the whole one.
    return Embedding.rows(indices, states.reshape(-1, features)).reshape(1, -1, features);
  }
}
