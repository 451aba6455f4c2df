package io.github.trawl.sweep.report;

/**
 * One block of examples of a race.
 *
 * @param examples how many examples a point has seen after it, all earlier blocks included
 * @param entered how many points took part
 * @param survived how many of them go on
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
