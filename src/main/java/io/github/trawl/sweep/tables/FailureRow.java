package io.github.trawl.sweep.tables;

import java.time.Instant;

/**
 * A failed attempt at a piece of work that is not finished.
 *
 * @param unit key of the piece of work in the ledger
 * @param kind of the piece of work, {@code solve} or {@code scores}
 * @param about what the piece of work is, in words
 * @param attempt its number, from 1
 * @param message why it failed, on one line
 * @param time when it was noted
 */
public record FailureRow(
    String unit, String kind, String about, int attempt, String message, Instant time) {
  /** A row for each failed attempt, by unit and attempt. */
  public static final Table<FailureRow> TABLE =
      new Table<>(
          "failures",
          new Columns<FailureRow>()
              .text("unit", FailureRow::unit)
              .text("kind", FailureRow::kind)
              .text("about", FailureRow::about)
              .integer("attempt", FailureRow::attempt)
              .text("message", FailureRow::message)
              .time("time", FailureRow::time));
}
