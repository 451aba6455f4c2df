package io.github.trawl.sweep.tables;

/**
 * Where the factors of one stack of a point are stored.
 *
 * @param point name of the point
 * @param stack name of the stack
 * @param factors {@code file#member}: the path of the file, relative to the sweep's output, and the
 *     name of the decomposition in it
 * @param rank of this decomposition
 * @param seed of its random start; 0, which is also a valid seed, if the method has none
 */
public record FactorRow(String point, String stack, String factors, int rank, long seed) {
  /**
   * A row for each solved stack of a point, in the order of the grid and of the layers of a point.
   */
  public static final Table<FactorRow> TABLE =
      new Table<>(
          "factors",
          new Columns<FactorRow>()
              .text("point", FactorRow::point)
              .text("stack", FactorRow::stack)
              .text("factors", FactorRow::factors)
              .integer("rank", FactorRow::rank)
              .longInteger("seed", FactorRow::seed));
}
