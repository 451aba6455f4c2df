package io.github.trawl.sweep;

import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * Cuts contestants into companies that are asked together. A pass of the unmodified model serves a
 * whole company, so points that change late layers, which cost a small part of a pass each, come in
 * larger ones.
 */
final class Companies {
  /** Passes of a company's members that a killed run loses at most. */
  private static final double MOST_PASSES = 32;

  /** Answers of all members are in the driver's memory at a time. */
  private static final int MOST_MEMBERS = 256;

  private Companies() {}

  /** Returns all contestants, in their order: by {@link Contestant#BY_FIRST_LAYER}. */
  static List<List<Contestant>> of(List<Contestant> contestants) {
    // The points' last layer stands for the model's: it makes companies smaller at most.
    int layers =
        1
            + contestants.stream()
                .flatMap(contestant -> contestant.planned().stream())
                .mapToInt(point -> point.layers().get(point.layers().size() - 1))
                .max()
                .orElse(0);
    return cut(
        contestants,
        contestant ->
            contestant
                .planned()
                .map(point -> (double) (layers - point.firstLayer()) / layers)
                .orElse(0.0));
  }

  /**
   * Cuts a list into runs.
   *
   * @param passes that a member costs by itself
   */
  static <T> List<List<T>> cut(List<T> members, ToDoubleFunction<T> passes) {
    List<List<T>> companies = new ArrayList<>();
    List<T> company = null;
    double sum = 0;
    for (T member : members) {
      double own = passes.applyAsDouble(member);
      if (company == null || sum + own > MOST_PASSES || company.size() == MOST_MEMBERS) {
        company = new ArrayList<>();
        companies.add(company);
        sum = 0;
      }
      company.add(member);
      sum += own;
    }
    return companies;
  }
}
