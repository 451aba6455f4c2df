package io.github.trawl.sweep.report;

import java.util.List;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * What a point changes in the model.
 *
 * @param kind kind of the edit
 * @param layers numbers of the layers that it changes, ascending; may be empty
 * @param matrices the group of matrices or the matrix, such as {@code fc}, {@code qkvo} or {@code
 *     fc_in}
 * @param method {@code cp}, {@code tucker} or {@code svd}; for a control, the method of the edit
 *     that it is compared with
 * @param variant what else tells it from edits of the same layers, matrices, method and rank, such
 *     as {@code strategy model, start centred}; empty if there are none
 * @param rank for Tucker, the rank along the rows and columns of the matrices; for a control, the
 *     rank of the edit that it is compared with; absent for composed edits, which charts over ranks
 *     leave out
 * @param seed of the random start; for a control, its number; absent if nothing is random
 */
public record Edit(
    EditKind kind,
    List<Integer> layers,
    String matrices,
    String method,
    String variant,
    OptionalInt rank,
    OptionalLong seed) {
  /**
   * Copies the layers.
   *
   * @throws IllegalArgumentException if matrices or method are blank or the rank is below 1
   */
  public Edit {
    layers = List.copyOf(layers);
    Require.requireNotBlank("matrices", matrices);
    Require.requireNotBlank("method", method);
    Require.that(rank.isEmpty() || rank.getAsInt() > 0, "rank ", rank);
  }
}
