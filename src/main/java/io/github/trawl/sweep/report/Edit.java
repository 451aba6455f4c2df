package io.github.trawl.sweep.report;

import java.util.List;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * What a point changes in the model.
 *
 * @param kind what the row is there for
 * @param layers numbers of the layers, ascending; empty where an edit knows none
 * @param matrices the group or the matrix: {@code fc}, {@code qkvo}, {@code fc_in}
 * @param method {@code cp}, {@code tucker}, {@code svd}; of a control, the method that it stands
 *     beside
 * @param rank the rank; for Tucker that of the matrix modes; of a control, the rank of its edit;
 *     absent for composed edits, which the charts over ranks leave out
 * @param seed of the start; of a control, its number; absent where nothing is random
 */
public record Edit(
    EditKind kind,
    List<Integer> layers,
    String matrices,
    String method,
    OptionalInt rank,
    OptionalLong seed) {
  /**
   * Copies the layers.
   *
   * @throws IllegalArgumentException if matrices or method are blank or the rank is below 1
   */
  public Edit {
    layers = List.copyOf(layers);
    Require.text("matrices", matrices);
    Require.text("method", method);
    Require.that(rank.isEmpty() || rank.getAsInt() > 0, "rank ", rank);
  }
}
