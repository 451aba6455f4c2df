package io.github.trawl.sweep.tables;

/**
 * What a step took, over all runs.
 *
 * @param units pieces of work
 * @param seconds of all of them, as if one ran after the other
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
              .whole("bytes_read", CostRow::bytesRead)
              .whole("bytes_written", CostRow::bytesWritten));
}
