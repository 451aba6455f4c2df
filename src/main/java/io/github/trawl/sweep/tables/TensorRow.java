package io.github.trawl.sweep.tables;

import java.util.List;

/**
 * The decomposition of one stack by a point.
 *
 * @param point name of the point
 * @param stack name of the stack
 * @param matrices labels of the slices
 * @param relativeError ‖X − M‖ / ‖X‖ of the stack X and its approximation M
 * @param iterations how many; null if the ledger does not say
 * @param reason why the iterations ended; null if the ledger does not say
 * @param spectrum sizes of the components, descending; null where it was not kept
 */
public record TensorRow(
    String point,
    String stack,
    List<String> matrices,
    String method,
    int rank,
    long seed,
    double relativeError,
    Integer iterations,
    String reason,
    List<Double> spectrum) {
  /**
   * A row for each solved stack of a point, in the order of the grid and of the layers of a point.
   */
  public static final Table<TensorRow> TABLE =
      new Table<>(
          "tensors",
          new Columns<TensorRow>()
              .text("point", TensorRow::point)
              .text("stack", TensorRow::stack)
              .texts("matrices", TensorRow::matrices)
              .text("method", TensorRow::method)
              .integer("rank", TensorRow::rank)
              .longInteger("seed", TensorRow::seed)
              .number("relative_error", TensorRow::relativeError)
              .number("fit", row -> 1 - row.relativeError)
              .integer("iterations", TensorRow::iterations)
              .text("reason", TensorRow::reason)
              .numbers("spectrum", TensorRow::spectrum));

  /** Copies the lists. */
  public TensorRow {
    matrices = List.copyOf(matrices);
    spectrum = spectrum == null ? null : List.copyOf(spectrum);
  }
}
