package io.github.trawl.sweep;

import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * Cuts contestants into groups that are asked together. A pass of the unmodified model serves a
 * whole group, so points that change late layers, which cost a small part of a pass each, come in
 * larger ones.
 */
final class ContestantGroups {
  /** The most passes that the members of a group are estimated to cost; a killed run loses them. */
  private static final double MOST_PASSES = 32;

  /** Answers of all members are in the driver's memory at a time. */
  private static final int MOST_MEMBERS = 256;

  private ContestantGroups() {}

  /**
   * Cuts contestants into groups.
   *
   * @param contestants in the order of {@link Contestant#BY_FIRST_LAYER}, which the groups keep
   */
  static List<List<Contestant>> of(List<Contestant> contestants) {
    // The last layer that a contestant changes stands for the model's last. If the model has more,
    // passes are estimated too low, and groups get larger.
    int layers =
        1
            + contestants.stream()
                .flatMap(contestant -> contestant.parts().stream())
                .mapToInt(point -> point.layers().get(point.layers().size() - 1))
                .max()
                .orElse(0);
    return cut(
        contestants,
        contestant ->
            contestant.isUnmodified() ? 0.0 : (double) (layers - contestant.firstLayer()) / layers);
  }

  /**
   * Cuts a list into runs.
   *
   * @param passes that a member costs by itself
   */
  static <T> List<List<T>> cut(List<T> members, ToDoubleFunction<T> passes) {
    List<List<T>> groups = new ArrayList<>();
    List<T> group = null;
    double sum = 0;
    for (T member : members) {
      double own = passes.applyAsDouble(member);
      if (group == null || sum + own > MOST_PASSES || group.size() == MOST_MEMBERS) {
        group = new ArrayList<>();
        groups.add(group);
        sum = 0;
      }
      group.add(member);
      sum += own;
    }
    return groups;
  }
}
