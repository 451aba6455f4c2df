package io.github.trawl.sweep.report;

import java.util.OptionalLong;

/**
 * What a kind of work cost in all.
 *
 * @param name as a person reads it: {@code solve cp}, {@code validation}
 * @param units how many pieces of work, at least 0
 * @param seconds of all pieces, summed over tasks that ran side by side
 * @param bytesRead absent if they were not counted
 * @param bytesWritten absent if they were not counted
 */
public record CostStep(
    String name, int units, double seconds, OptionalLong bytesRead, OptionalLong bytesWritten) {
  /**
   * Checks the parts.
   *
   * @throws IllegalArgumentException if the name is blank or a number negative
   */
  public CostStep {
    Require.text("name", name);
    Require.notNegative("units", units);
    Require.notNegative("seconds", seconds);
    bytesRead.ifPresent(bytes -> Require.notNegative("bytesRead", (double) bytes));
    bytesWritten.ifPresent(bytes -> Require.notNegative("bytesWritten", (double) bytes));
  }
}
