package io.github.trawl.evaluation.model;

/** Maps token ids to the hidden states before the first layer. */
final class Embedding {
  private final EmbeddingSpec spec;
  private final NativeTensor tokens;
  private final NativeTensor positions;
  private final NativeTensor types;
  private final Norm norm;
  private final Linear projection;

  Embedding(EmbeddingSpec spec, WeightStore weights) {
    this.spec = spec;
    tokens = table(spec.tokens(), weights);
    positions = table(spec.positions(), weights);
    types = table(spec.types(), weights);
    norm = Norm.of(spec.norm(), weights);
    projection = Linear.of(spec.projection(), weights);
  }

  /** Returns whether there is a table of learned positions. */
  boolean hasPositions() {
    return positions != null;
  }

  PositionNumbering numbering() {
    return spec.numbering();
  }

  /**
   * Returns the hidden states before the first layer.
   *
   * @param owner owns the result, and nothing else of what is computed for it
   * @param ids [batch][tokens]
   * @param rows [batch][tokens], the rows of the table of positions; ignored if there is no table
   * @return [batch, tokens, hidden]
   */
  NativeTensor apply(TensorScope owner, long[][] ids, long[][] rows) {
    try (TensorScope scope = owner.newScope()) {
      NativeTensor hidden = computed(scope, ids, rows);
      hidden.attach(owner);
      return hidden;
    }
  }

  private NativeTensor computed(TensorScope scope, long[][] ids, long[][] rows) {
    NativeTensor hidden = tokens.rows(scope.create(ids));
    if (spec.scale() != 1) {
      // Rounded to the type of the states, as transformers does.
      hidden.muli(scope.create(new float[] {(float) spec.scale()}, 1).asTypeOf(hidden));
    }
    if (projection != null) {
      hidden = projection.apply(hidden);
    }
    if (positions != null) {
      hidden.addi(positions.rows(scope.create(rows)));
    }
    if (types != null) {
      hidden.addi(types.rows(scope.create(new long[] {0}, 1)));
    }
    return Norm.applyIfPresent(norm, hidden);
  }

  private static NativeTensor table(EmbeddingSpec.TableSpec table, WeightStore weights) {
    return table == null ? null : weights.matrix(table.name(), table.rows(), table.width());
  }
}
