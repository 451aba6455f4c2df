package io.github.trawl.evaluation.model;

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
  private final NativeTensor indices;

  /** Positions of the queries of each sequence; null if all tokens have a query. */
  private final int[][] queries;

  /** Sequence · length of the batch + position of each query; null if all tokens have a query. */
  private final NativeTensor queryIndices;

  /** For each wanted token, the index of its query; null if all tokens have a query. */
  private final NativeTensor places;

  private WantedTokens(
      NativeTensor indices, int[][] queries, NativeTensor queryIndices, NativeTensor places) {
    this.indices = indices;
    this.queries = queries;
    this.queryIndices = queryIndices;
    this.places = places;
  }

  /**
   * Returns some tokens of a batch.
   *
   * @param owner owns the tensors
   * @param batch the number of sequences
   * @param length the number of tokens of the longest sequence
   * @param rows the tokens, each as sequence · length + position, ascending, at least one
   */
  static WantedTokens of(TensorScope owner, int batch, int length, long[] rows) {
    NativeTensor indices = owner.create(rows, rows.length);
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
    return new WantedTokens(
        indices, queries, owner.create(flat, flat.length), owner.create(places, places.length));
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
  NativeTensor of(NativeTensor states) {
    return indices == null ? states : rows(indices, states, 1);
  }

  /**
   * Returns the states of the tokens that have a query.
   *
   * @param states [batch, tokens, features]
   * @return [batch, queries, features], or {@code states} itself if all tokens have a query
   */
  NativeTensor selectQueries(NativeTensor states) {
    return queries == null ? states : rows(queryIndices, states, queries.length);
  }

  /**
   * Returns the results of the attention for these tokens.
   *
   * @param results [batch, queries, features], a result for each query
   * @return [1, rows, features], or {@code results} itself for all tokens
   */
  NativeTensor selectFromQueries(NativeTensor results) {
    return queries == null ? of(results) : rows(places, results, 1);
  }

  private static NativeTensor rows(NativeTensor chosen, NativeTensor states, long batch) {
    long features = states.size(-1);
    // A reshaped tensor belongs to the scope of the original.
    return states.reshape(-1, features).rows(chosen).reshape(batch, -1, features);
  }
}
