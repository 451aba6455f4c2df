package io.github.trawl.notebook;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.expr;

import java.util.List;
import java.util.stream.Stream;
import org.apache.spark.sql.Column;

/**
 * Sizes of components in descending order, with their relative sizes and cumulative energy.
 *
 * @param values the sizes
 * @param relative the sizes divided by the largest; zeros if that is zero
 * @param energy the sum of squares up to each size, divided by that of all; zeros if that is zero
 */
@SuppressWarnings("ArrayRecordComponent") // Becomes columns of a row, never changed.
record Spectrum(double[] values, double[] relative, double[] energy) {
  /** The columns of a DataFrame that hold a whole spectrum in one row. */
  static final String COLUMNS =
      "value_list ARRAY<DOUBLE>, relative_list ARRAY<DOUBLE>, energy_list ARRAY<DOUBLE>";

  static Spectrum of(float[] sizes) {
    double[] values = new double[sizes.length];
    double[] relative = new double[sizes.length];
    double[] energy = new double[sizes.length];
    double squares = 0;
    for (int i = 0; i < sizes.length; i++) {
      values[i] = sizes[i];
      relative[i] = sizes[0] == 0 ? 0 : values[i] / sizes[0];
      squares += values[i] * values[i];
      energy[i] = squares;
    }
    for (int i = 0; i < energy.length; i++) {
      energy[i] = squares == 0 ? 0 : energy[i] / squares;
    }
    return new Spectrum(values, relative, energy);
  }

  /** The median of the sizes. */
  double median() {
    int middle = values.length / 2;
    return values.length % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
  }

  /**
   * Returns columns to select from a DataFrame with {@link #COLUMNS}, so that it gets a row for
   * each component: {@code component} (from 1), {@code value}, {@code relative}, {@code energy}.
   *
   * @param others columns to repeat in the row of each component
   */
  static Column[] explodedColumns(List<String> others) {
    return Stream.concat(
            others.stream().map(name -> col(name)),
            Stream.of(
                expr(
                    "inline(transform(value_list, (value, i) -> struct(i + 1 as component, value,"
                        + " relative_list[i] as relative, energy_list[i] as energy)))")))
        .toArray(Column[]::new);
  }
}
