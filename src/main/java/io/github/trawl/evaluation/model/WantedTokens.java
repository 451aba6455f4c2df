package io.github.trawl.evaluation.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;

/**
 * The tokens of a batch for which a layer's output is computed: all tokens, or those whose logits
 * are read.
 *
 * <p>If no sequence has more of them than half the length of the batch, the attention computes
 * queries for them alone. Each sequence then gets as many queries as the sequence with the most
 * such tokens; one with fewer repeats the query of its first, or of token 0 if it has none.
 */
final class WantedTokens {
  /** All tokens of a batch. */
  static final WantedTokens ALL = new WantedTokens(null, null, null, null);

  /** Sequence · length of the batch + position of each token; null for all tokens. */
  private final NDArray indices;

  /** Positions of the queries of each sequence; null if all tokens have a query. */
  private final int[][] queries;

  /** Sequence · length of the batch + position of each query; null if all tokens have a query. */
  private final NDArray queryIndices;

  /** For each wanted token, the index of its query; null if all tokens have a query. */
  private final NDArray places;

  private WantedTokens(NDArray indices, int[][] queries, NDArray queryIndices, NDArray places) {
    this.indices = indices;
    this.queries = queries;
    this.queryIndices = queryIndices;
    this.places = places;
  }

  /**
   * Returns some tokens of a batch.
   *
   * @param manager owns the arrays
   * @param batch the number of sequences
   * @param length the number of tokens of the longest sequence
   * @param rows the tokens, each as sequence · length + position, ascending, at least one
   */
  static WantedTokens of(NDManager manager, int batch, int length, long[] rows) {
    NDArray indices = manager.create(rows);
    int[] counts = new int[batch];
    int most = 0;
    for (long row : rows) {
      most = Math.max(most, ++counts[sequence(row, length)]);
    }
    if (!areFew(most, length)) {
      return new WantedTokens(indices, null, null, null);
    }
    int[][] queries = new int[batch][most];
    long[] flat = new long[batch * most];
    long[] places = new long[rows.length];
    int at = 0;
    for (int i = 0; i < batch; i++) {
      for (int j = 0; j < most; j++) {
        if (j < counts[i]) {
          queries[i][j] = Math.toIntExact(rows[at] % length);
          places[at++] = (long) i * most + j;
        } else {
          queries[i][j] = j == 0 ? 0 : queries[i][0];
        }
        flat[i * most + j] = (long) i * length + queries[i][j];
      }
    }
    return new WantedTokens(indices, queries, manager.create(flat), manager.create(places));
  }

  /**
   * Returns whether queries are computed for the wanted tokens alone.
   *
   * @param read the most wanted tokens of a sequence
   * @param tokens the length of the batch
   */
  static boolean areFew(int read, int tokens) {
    return 2 * read <= tokens;
  }

  private static int sequence(long row, int length) {
    return Math.toIntExact(row / length);
  }

  /** Returns the positions of the queries of each sequence; null if all tokens have a query. */
  int[][] queries() {
    return queries;
  }

  /**
   * Returns the states of these tokens.
   *
   * @param states [batch, tokens, features]
   * @return [1, rows, features], or {@code states} itself for all tokens
   */
  NDArray of(NDArray states) {
    return indices == null ? states : rows(indices, states, 1);
  }

  /**
   * Returns the states of the tokens that have a query.
   *
   * @param states [batch, tokens, features]
   * @return [batch, queries, features], or {@code states} itself if all tokens have a query
   */
  NDArray selectQueries(NDArray states) {
    return queries == null ? states : rows(queryIndices, states, queries.length);
  }

  /**
   * Returns the results of the attention for these tokens.
   *
   * @param results [batch, queries, features], a result for each query
   * @return [1, rows, features], or {@code results} itself for all tokens
   */
  NDArray selectFromQueries(NDArray results) {
    return queries == null ? of(results) : rows(places, results, 1);
  }

  private static NDArray rows(NDArray chosen, NDArray states, long batch) {
    long features = states.getShape().get(states.getShape().dimension() - 1);
    // A reshaped array belongs to the manager of the original.
    return Embedding.rows(chosen, states.reshape(-1, features)).reshape(batch, -1, features);
  }
}
