package io.github.trawl.sweep.tables;

import java.util.function.Function;

/**
 * What a contestant scored over some examples.
 *
 * @param point the name of the contestant: a point, the unmodified model, a control, or points
 *     together
 * @param task null for all tasks together
 * @param round the last of the validation rounds, from 1, whose examples count; null for other
 *     splits, and for metrics by which points are not compared
 * @param low the lower end of the interval of the value; null where there is none
 * @param comparison with the unmodified model on the same examples; null where there is none
 * @param familyWiseP null where it is not known
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
   * The unmodified model first, then the points in the order of the grid, each followed by its
   * controls, then points that were tried together.
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
   * A point beside the unmodified model.
   *
   * @param difference of the values
   * @param low the lower end of its interval
   * @param better examples that the point does better
   * @param worse examples that it does worse
   * @param p of the paired test, two-sided
   */
  public record Comparison(
      double difference, double low, double high, int better, int worse, double p) {}

  private <V> V compared(Function<Comparison, V> value) {
    return comparison == null ? null : value.apply(comparison);
  }
}
