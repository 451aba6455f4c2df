package io.github.trawl.sweep.report;

/**
 * A round of the race: validation examples after which points may drop out.
 *
 * @param examplesSeen how many examples a point has seen after it, including those of all earlier
 *     rounds
 * @param entered how many points took part
 * @param survived how many of them did not drop out
 */
public record RaceRoundCounts(int examplesSeen, int entered, int survived) {
  /**
   * Checks the order.
   *
   * @throws IllegalArgumentException if there are no examples or more survive than entered
   */
  public RaceRoundCounts {
    Require.that(examplesSeen > 0, "a round that ends at ", examplesSeen, " examples");
    Require.that(
        0 <= survived && survived <= entered, survived, " of ", entered, " points survived");
  }
}
