package io.github.trawl.sweep.report;

/**
 * A block of validation examples after which points may drop out.
 *
 * @param examples how many examples a point has seen after it, including those of all earlier
 *     blocks
 * @param entered how many points took part
 * @param survived how many of them did not drop out
 */
public record RaceBlock(int examples, int entered, int survived) {
  /**
   * Checks the order.
   *
   * @throws IllegalArgumentException if there are no examples or more survive than entered
   */
  public RaceBlock {
    Require.that(examples > 0, "a block of ", examples, " examples");
    Require.that(
        0 <= survived && survived <= entered, survived, " of ", entered, " points survived");
  }
}
