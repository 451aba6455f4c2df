package io.github.trawl.sweep.tables;

/**
 * What one kind of work took, over all runs of a sweep.
 *
 * @param step kind of work, such as {@code solve cp} or {@code validation}
 * @param units how many pieces of work
 * @param seconds sum over all pieces, whether they ran side by side or not
 * @param bytesRead stored bytes of the weights that solves read; 0 for asking
 * @param bytesWritten bytes of the factor files that were written; 0 for asking
 */
public record CostRow(String step, int units, double seconds, long bytesRead, long bytesWritten) {
  /** A row for each step, in the order of their names. */
  public static final Table<CostRow> TABLE =
      new Table<>(
          "costs",
          new Columns<CostRow>()
              .text("step", CostRow::step)
              .integer("units", CostRow::units)
              .number("seconds", CostRow::seconds)
              .longInteger("bytes_read", CostRow::bytesRead)
              .longInteger("bytes_written", CostRow::bytesWritten));
}
