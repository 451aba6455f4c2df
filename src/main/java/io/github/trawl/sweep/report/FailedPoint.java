package io.github.trawl.sweep.report;

/**
 * A point that could not be measured.
 *
 * @param id unique among the points of a page
 * @param label as a person reads it
 * @param step what failed: {@code solve} or {@code scores}
 * @param attempts how often it was tried, at least 1
 * @param reason why the last attempt failed, one line
 */
public record FailedPoint(String id, String label, String step, int attempts, String reason) {
  /**
   * Checks the parts.
   *
   * @throws IllegalArgumentException if the id or the label is blank or it was never tried
   */
  public FailedPoint {
    Require.requireNotBlank("id", id);
    Require.requireNotBlank("label", label);
    Require.that(attempts > 0, attempts, " attempts");
  }
}
