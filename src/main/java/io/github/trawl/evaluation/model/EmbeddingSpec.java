package io.github.trawl.evaluation.model;

/**
 * From tokens to hidden states: the token embedding, scaled and projected, plus those of position
 * and type, normalised.
 *
 * @param tokens embedding of the tokens
 * @param positions learned embedding of the positions, or null
 * @param numbering which row of {@code positions} a position has
 * @param types embedding of segment types, of which the first is added, or null
 * @param scale multiplies the token embedding
 * @param norm or null
 * @param projection of the token embedding to the hidden size, or null
 */
record EmbeddingSpec(
    TableSpec tokens,
    TableSpec positions,
    PositionNumbering numbering,
    TableSpec types,
    double scale,
    NormSpec norm,
    LinearSpec projection) {
  /** A table of {@code rows} vectors of {@code width} in the tensor {@code name}. */
  record TableSpec(String name, int rows, int width) {}

  /** Token embeddings alone. */
  static EmbeddingSpec tokens(String name, int rows, int width) {
    return tokens(name, rows, width, 1);
  }

  /** Token embeddings alone, times {@code scale}. */
  static EmbeddingSpec tokens(String name, int rows, int width, double scale) {
    return new EmbeddingSpec(
        new TableSpec(name, rows, width), null, PositionNumbering.from(0), null, scale, null, null);
  }
}
