package io.github.trawl.sweep.report;

import java.util.OptionalLong;

/**
 * The total cost of one kind of work.
 *
 * @param name as a person reads it: {@code solve cp}, {@code validation}
 * @param units how many pieces of work, at least 0
 * @param seconds sum over all pieces, whether they ran side by side or not
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
    Require.requireNotBlank("name", name);
    Require.notNegative("units", units);
    Require.notNegative("seconds", seconds);
    bytesRead.ifPresent(bytes -> Require.notNegative("bytesRead", (double) bytes));
    bytesWritten.ifPresent(bytes -> Require.notNegative("bytesWritten", (double) bytes));
  }
}
