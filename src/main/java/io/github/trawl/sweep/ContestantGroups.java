package io.github.trawl.sweep;

import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * Cuts contestants into groups that are asked together. The members of a group share one forward
 * pass of the unmodified model over the examples; each member adds the part of a pass that begins
 * at its first changed layer. So groups of points that change only late layers are larger.
 */
final class ContestantGroups {
  /**
   * The most passes that the members of a group may add by estimate, since a killed run loses the
   * work of a group that is not finished.
   */
  private static final double MOST_PASSES = 32;

  /** The most members of a group, since the driver holds the answers of all of them at a time. */
  private static final int MOST_MEMBERS = 256;

  private ContestantGroups() {}

  /**
   * Cuts contestants into groups.
   *
   * @param contestants in the order of {@link Contestant#BY_FIRST_LAYER}, which the groups keep
   * @param layers the number of layers of the model
   */
  static List<List<Contestant>> of(List<Contestant> contestants, int layers) {
    return cut(
        contestants,
        contestant ->
            contestant.isUnmodified() ? 0.0 : (double) (layers - contestant.firstLayer()) / layers);
  }

  /**
   * Cuts a list into groups of consecutive members.
   *
   * @param passes returns the passes that a member adds to that of the unmodified model
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
