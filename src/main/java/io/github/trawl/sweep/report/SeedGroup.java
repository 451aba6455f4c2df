package io.github.trawl.sweep.report;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.function.ToIntFunction;

/**
 * The points whose {@link Edit}s differ in nothing but the seed.
 *
 * <p>They are compared by their differences to the unmodified model, each on the examples that the
 * point saw, since some may have dropped out of the race early.
 *
 * @param edit the edit that they have in common, without a seed
 * @param members at least one, in ascending order of their differences
 */
record SeedGroup(Edit edit, List<Member> members) {
  private static final Comparator<SeedGroup> BY_EDIT =
      Comparator.comparing((SeedGroup group) -> group.edit.kind())
          .thenComparing(group -> group.edit.matrices())
          .thenComparing(group -> group.edit.method())
          .thenComparing(group -> group.edit.variant())
          .thenComparing(group -> group.edit.layers(), SeedGroup::compareLayers)
          .thenComparingInt(group -> group.edit.rank().orElse(0));

  /**
   * A point of the group.
   *
   * @param index its place in the list of all points
   * @param point the point itself
   */
  record Member(int index, Point point) {
    double difference() {
      return point.validation().difference().value();
    }
  }

  /**
   * Returns the groups of all points that have a rank, sorted by kind, matrices, method, variant,
   * layers and rank.
   */
  static List<SeedGroup> of(List<Point> points) {
    Map<Edit, List<Member>> groups = new LinkedHashMap<>();
    for (int i = 0; i < points.size(); i++) {
      Edit edit = points.get(i).edit();
      if (edit.rank().isPresent()) {
        Edit common =
            new Edit(
                edit.kind(),
                edit.layers(),
                edit.matrices(),
                edit.method(),
                edit.variant(),
                edit.rank(),
                OptionalLong.empty());
        groups.computeIfAbsent(common, key -> new ArrayList<>()).add(new Member(i, points.get(i)));
      }
    }
    List<SeedGroup> sorted = new ArrayList<>();
    groups.forEach(
        (edit, members) -> {
          members.sort(
              Comparator.comparingDouble(Member::difference).thenComparingInt(Member::index));
          sorted.add(new SeedGroup(edit, List.copyOf(members)));
        });
    sorted.sort(BY_EDIT);
    return sorted;
  }

  /** Orders selections of layers by their first layer, then their number, then as text. */
  static int compareLayers(List<Integer> one, List<Integer> other) {
    ToIntFunction<List<Integer>> first = layers -> layers.isEmpty() ? -1 : layers.get(0);
    return Comparator.comparingInt(first)
        .thenComparingInt(List::size)
        .thenComparing(Object::toString)
        .compare(one, other);
  }

  int seeds() {
    return members.size();
  }

  /** Returns the member in the middle; the worse of the two if their number is even. */
  Member middle(SelectionMetric metric) {
    return members.get(metric.higherIsBetter() ? (seeds() - 1) / 2 : seeds() / 2);
  }

  Member lowest() {
    return members.get(0);
  }

  Member highest() {
    return members.get(seeds() - 1);
  }

  /** Returns whether one seed helps and another one harms. */
  boolean seedsDisagree() {
    return lowest().difference() < 0 && highest().difference() > 0;
  }

  /** Returns the lowest and the highest difference, as in {@code −20.70 … +4.60}. */
  String spread(Numbers numbers) {
    return numbers.difference(lowest().difference())
        + "\u00a0\u2026\u00a0"
        + numbers.difference(highest().difference());
  }
}
