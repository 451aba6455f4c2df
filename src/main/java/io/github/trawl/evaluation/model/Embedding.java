package io.github.trawl.evaluation.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.SparseFormat;

/** Maps token ids to the hidden states before the first layer. */
final class Embedding {
  private final EmbeddingSpec spec;
  private final NDArray tokens;
  private final NDArray positions;
  private final NDArray types;
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
   * @param manager owns the result
   * @param ids [batch][tokens]
   * @param rows [batch][tokens], the rows of the table of positions; ignored if there is no table
   * @return [batch, tokens, hidden]
   */
  NDArray apply(NDManager manager, long[][] ids, long[][] rows) {
    NDArray hidden = rows(manager.create(ids), tokens);
    if (spec.scale() != 1) {
      hidden.muli((float) spec.scale());
    }
    if (projection != null) {
      hidden = projection.apply(hidden);
    }
    if (positions != null) {
      hidden.addi(rows(manager.create(rows), positions));
    }
    if (types != null) {
      hidden.addi(rows(manager.create(new long[] {0}), types));
    }
    return Norm.applyIfPresent(norm, hidden);
  }

  /** Returns the rows {@code indices} of {@code table}. */
  static NDArray rows(NDArray indices, NDArray table) {
    return ai.djl.nn.core.Embedding.embedding(indices, table, SparseFormat.DENSE)
        .singletonOrThrow();
  }

  private static NDArray table(EmbeddingSpec.TableSpec table, WeightStore weights) {
    return table == null ? null : weights.matrix(table.name(), table.rows(), table.width());
  }
}
