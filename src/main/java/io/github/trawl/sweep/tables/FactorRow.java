package io.github.trawl.sweep.tables;

/**
 * Where the factors of a stack of a point lie.
 *
 * @param point its name
 * @param factors {@code file#member}, relative to the sweep's output
 */
public record FactorRow(String point, String stack, String factors, int rank, long seed) {
  /**
   * A row for each stack of a solved point, in the order of the grid and of the layers of a point.
   */
  public static final Table<FactorRow> TABLE =
      new Table<>(
          "factors",
          new Columns<FactorRow>()
              .text("point", FactorRow::point)
              .text("stack", FactorRow::stack)
              .text("factors", FactorRow::factors)
              .integer("rank", FactorRow::rank)
              .whole("seed", FactorRow::seed));
}
