package io.github.trawl.sweep.report;

import java.util.Optional;
import java.util.Set;

/**
 * The points that are chosen by the validation examples.
 *
 * @param best id of the point with the best validation value among the complete ones
 * @param suggested id of the mildest point within one standard error of the best; the best itself
 *     if there is no milder one, absent if it was not looked for
 * @param indistinguishable ids of the points that can't be told from the best, the best included
 * @param candidates how many points were tried, including those that dropped out of the race; at
 *     least 1
 * @param family how many points saw all validation rows; the family-wise p values are adjusted for
 *     these
 */
public record Selection(
    String best,
    Optional<String> suggested,
    Set<String> indistinguishable,
    int candidates,
    int family) {
  /**
   * Copies the set.
   *
   * @throws IllegalArgumentException if there are no candidates, or the family is negative or
   *     larger than the candidates
   */
  public Selection {
    Require.text("best", best);
    indistinguishable = Set.copyOf(indistinguishable);
    Require.that(candidates > 0, candidates, " candidates");
    Require.that(family >= 0 && family <= candidates, "a family of ", family, " of ", candidates);
  }
}
