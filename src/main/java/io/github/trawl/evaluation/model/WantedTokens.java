package io.github.trawl.evaluation.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;

/**
 * The tokens of a batch whose hidden states are still wanted: all, or those whose logits are read.
 *
 * <p>Where they are at most half of each sequence, the attention computes queries for them alone:
 * as many for each sequence as the one with the most needs. The others repeat one of theirs.
 */
final class WantedTokens {
  static final WantedTokens ALL = new WantedTokens(null, null, null, null);

  /** Sequence · length of the batch + position of each token; null for all tokens. */
  private final NDArray indices;

  /** Positions of the queries of each sequence; null if all tokens have one. */
  private final int[][] queries;

  /** The same as {@code indices}. */
  private final NDArray queryIndices;

  /** For each token its place among all queries. */
  private final NDArray places;

  private WantedTokens(NDArray indices, int[][] queries, NDArray queryIndices, NDArray places) {
    this.indices = indices;
    this.queries = queries;
    this.queryIndices = queryIndices;
    this.places = places;
  }

  /**
   * Some tokens of a batch.
   *
   * @param manager owns the arrays
   * @param batch sequences
   * @param length tokens of the longest
   * @param rows of the tokens, sequence · length + position, ascending, at least one
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

  /** Whether queries are computed for {@code read} tokens alone, of {@code tokens}. */
  static boolean areFew(int read, int tokens) {
    return 2 * read <= tokens;
  }

  private static int sequence(long row, int length) {
    return Math.toIntExact(row / length);
  }

  /** The positions of the queries of each sequence; null if all tokens have one. */
  int[][] queries() {
    return queries;
  }

  /**
   * The states of these tokens.
   *
   * @param states [batch, tokens, features]
   * @return [1, rows, features], or {@code states} itself for all tokens
   */
  NDArray of(NDArray states) {
    return indices == null ? states : rows(indices, states, 1);
  }

  /**
   * The states of the tokens that have a query.
   *
   * @param states [batch, tokens, features]
   * @return [batch, queries, features], or {@code states} itself if all have one
   */
  NDArray queriesOf(NDArray states) {
    return queries == null ? states : rows(queryIndices, states, queries.length);
  }

  /**
   * What the queries of these tokens gave.
   *
   * @param results [batch, queries, features]
   * @return [1, rows, features], or {@code results} itself for all tokens
   */
  NDArray ofQueries(NDArray results) {
    return queries == null ? of(results) : rows(places, results, 1);
  }

  private static NDArray rows(NDArray chosen, NDArray states, long batch) {
    long features = states.getShape().get(states.getShape().dimension() - 1);
    // A reshaped array belongs to the manager of the whole one.
    return Embedding.rows(chosen, states.reshape(-1, features)).reshape(batch, -1, features);
  }
}
