package io.github.trawl.evaluation.model;

/**
 * Describes how tokens become hidden states: the token embedding is scaled and projected, the
 * embeddings of position and type are added, and the sum is normalised.
 *
 * @param tokens embedding of the tokens
 * @param positions learned embedding of the positions, or null
 * @param numbering which row of {@code positions} a token has
 * @param types embedding of segment types, of which the first is added, or null
 * @param scale multiplies the token embedding
 * @param norm over the sum, or null
 * @param projection maps the token embedding to the hidden size, or null
 */
record EmbeddingSpec(
    TableSpec tokens,
    TableSpec positions,
    PositionNumbering numbering,
    TableSpec types,
    double scale,
    NormSpec norm,
    LinearSpec projection) {
  /** A table of {@code rows} vectors of {@code width} numbers in the tensor {@code name}. */
  record TableSpec(String name, int rows, int width) {}

  /** Describes a model with token embeddings only. */
  static EmbeddingSpec tokens(String name, int rows, int width) {
    return tokens(name, rows, width, 1);
  }

  /** Describes a model with token embeddings only, which are multiplied by {@code scale}. */
  static EmbeddingSpec tokens(String name, int rows, int width, double scale) {
    return new EmbeddingSpec(
        new TableSpec(name, rows, width), null, PositionNumbering.from(0), null, scale, null, null);
  }
}
