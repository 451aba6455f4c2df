package io.github.trawl.sweep.tables;

import java.util.List;

/**
 * A point of the grid.
 *
 * @param id its name
 * @param rank null if the size of the point is a ratio
 * @param ratio null if the size of the point is a rank
 * @param rankOfStack the rank of its first stack, also where a ratio was given
 * @param layers the selection of layers, such as {@code last:4}
 * @param layerNumbers numbers, from 0, of the layers whose matrices it changes, ascending
 * @param droppedAfterRound the round, from 1, after which it dropped out of the race; null if it
 *     did not
 * @param relativeError ‖X − M‖ / ‖X‖ of a stack X and its approximation M, the mean over its
 *     stacks; null while one of them is not solved
 * @param failedStep {@code solve} or {@code scores}, whichever failed; null if neither did
 * @param reason why it failed; null if nothing did
 */
public record PointRow(
    String id,
    String strategy,
    String matrices,
    String layers,
    List<Integer> layerNumbers,
    String method,
    Integer rank,
    Double ratio,
    int rankOfStack,
    long seed,
    int maxIterations,
    double tolerance,
    String start,
    String acceleration,
    String state,
    Integer droppedAfterRound,
    Double relativeError,
    String failedStep,
    String reason) {
  /** A row for each point, in the order of the grid. */
  public static final Table<PointRow> TABLE =
      new Table<>(
          "points",
          new Columns<PointRow>()
              .text("id", PointRow::id)
              .text("strategy", PointRow::strategy)
              .text("matrices", PointRow::matrices)
              .text("layers", PointRow::layers)
              .integers("layer_numbers", PointRow::layerNumbers)
              .text("method", PointRow::method)
              .integer("rank", PointRow::rank)
              .number("ratio", PointRow::ratio)
              .integer("rank_of_stack", PointRow::rankOfStack)
              .longInteger("seed", PointRow::seed)
              .integer("max_iterations", PointRow::maxIterations)
              .number("tolerance", PointRow::tolerance)
              .text("start", PointRow::start)
              .text("acceleration", PointRow::acceleration)
              .text("state", PointRow::state)
              .integer("dropped_after_round", PointRow::droppedAfterRound)
              .number("relative_error", PointRow::relativeError)
              .text("failed_step", PointRow::failedStep)
              .text("reason", PointRow::reason));

  /** Copies the list. */
  public PointRow {
    layerNumbers = List.copyOf(layerNumbers);
  }
}
