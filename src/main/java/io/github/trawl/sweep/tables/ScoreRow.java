package io.github.trawl.sweep.tables;

import java.util.function.Function;

/**
 * The value of a metric for a contestant over some examples.
 *
 * @param point the name of the contestant: the unmodified model, a point, a composition of points,
 *     or a control
 * @param task null for all tasks together
 * @param round the value covers the validation rounds from 1 to this one; null for other splits,
 *     and for metrics by which points are not compared
 * @param low the lower end of the 95 % interval of the value; null where none is known
 * @param high the upper end; null where none is known
 * @param comparison with the unmodified model on the same examples; null where there is none
 * @param familyWiseP the p value of being better than the unmodified model, adjusted for all points
 *     that saw all validation examples; null in all rows but the last round of these points
 */
public record ScoreRow(
    String point,
    String task,
    String split,
    String metric,
    Integer round,
    double value,
    int examples,
    Double low,
    Double high,
    Comparison comparison,
    Double familyWiseP) {
  /**
   * Rows of the unmodified model first, then of the points in the order of the grid, then of the
   * compositions that were tried; each point and composition is followed by its controls.
   */
  public static final Table<ScoreRow> TABLE =
      new Table<>(
          "scores",
          new Columns<ScoreRow>()
              .text("point", ScoreRow::point)
              .text("task", ScoreRow::task)
              .text("split", ScoreRow::split)
              .text("metric", ScoreRow::metric)
              .integer("round", ScoreRow::round)
              .number("value", ScoreRow::value)
              .integer("examples", ScoreRow::examples)
              .number("low", ScoreRow::low)
              .number("high", ScoreRow::high)
              .number("difference", row -> row.compared(Comparison::difference))
              .number("difference_low", row -> row.compared(Comparison::low))
              .number("difference_high", row -> row.compared(Comparison::high))
              .integer("better", row -> row.compared(Comparison::better))
              .integer("worse", row -> row.compared(Comparison::worse))
              .number("p", row -> row.compared(Comparison::p))
              .number("family_wise_p", ScoreRow::familyWiseP));

  /**
   * The comparison of a contestant with the unmodified model.
   *
   * @param difference value of the contestant minus that of the unmodified model
   * @param low the lower end of the difference's 95 % interval
   * @param high the upper end
   * @param better on how many examples the contestant does better
   * @param worse on how many examples it does worse
   * @param p two-sided p value of the paired test
   */
  public record Comparison(
      double difference, double low, double high, int better, int worse, double p) {}

  private <V> V compared(Function<Comparison, V> value) {
    return comparison == null ? null : value.apply(comparison);
  }
}
