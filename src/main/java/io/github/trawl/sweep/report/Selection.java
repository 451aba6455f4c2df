package io.github.trawl.sweep.report;

import java.util.Optional;
import java.util.Set;

/**
 * The points that are chosen by the validation examples.
 *
 * @param best id of the point with the best validation value among the complete ones
 * @param suggested id of the mildest point within one standard error of the best; the best itself
 *     if there is no milder one, absent if it was not looked for
 * @param indistinguishable ids of the points that are not significantly worse than the best, the
 *     best included
 * @param candidateCount how many points were tried, including those that dropped out of the race;
 *     at least 1
 * @param familySize how many points saw all validation rows; the family-wise p values are adjusted
 *     for these
 */
public record Selection(
    String best,
    Optional<String> suggested,
    Set<String> indistinguishable,
    int candidateCount,
    int familySize) {
  /**
   * Copies the set.
   *
   * @throws IllegalArgumentException if there are no candidates, or the family is negative or
   *     larger than the candidates
   */
  public Selection {
    Require.requireNotBlank("best", best);
    indistinguishable = Set.copyOf(indistinguishable);
    Require.that(candidateCount > 0, candidateCount, " candidates");
    Require.that(
        familySize >= 0 && familySize <= candidateCount,
        "a family of ",
        familySize,
        " of ",
        candidateCount);
  }
}
