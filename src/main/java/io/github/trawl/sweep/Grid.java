package io.github.trawl.sweep;

import io.github.trawl.ErrorCategory;
import io.github.trawl.TrawlException;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * The points of a sweep.
 *
 * @param entries whose points the grid has; a point of several entries counts once
 * @param include a point stays only if one of these rules matches it; all points stay if there are
 *     none
 * @param exclude a point is left out if one of these rules matches it
 */
public record Grid(List<GridEntry> entries, List<GridRule> include, List<GridRule> exclude) {
  /** Copies the lists. */
  public Grid {
    entries = List.copyOf(entries);
    include = List.copyOf(include);
    exclude = List.copyOf(exclude);
  }

  /**
   * Returns the points, in the order of the entries.
   *
   * @param modelLayers how many layers the model has
   * @throws TrawlException of category {@code USAGE} if there are none, a rule matches none, or an
   *     entry does not suit the model
   */
  public List<Point> points(int modelLayers) {
    Set<Point> all = new LinkedHashSet<>();
    entries.forEach(entry -> all.addAll(entry.points(modelLayers)));
    requireMatches("include", include, all);
    requireMatches("exclude", exclude, all);
    List<Point> points =
        all.stream()
            .filter(
                point ->
                    include.isEmpty() || include.stream().anyMatch(rule -> rule.matches(point)))
            .filter(point -> exclude.stream().noneMatch(rule -> rule.matches(point)))
            .toList();
    if (points.isEmpty()) {
      throw new TrawlException(
          ErrorCategory.USAGE,
          "the grid has no points; give more entries, or fewer rules of include and exclude");
    }
    return points;
  }

  /** Refuses a rule that matches no point, which is probably a mistake. */
  private static void requireMatches(String name, List<GridRule> rules, Set<Point> points) {
    for (int i = 0; i < rules.size(); i++) {
      GridRule rule = rules.get(i);
      if (points.stream().noneMatch(rule::matches)) {
        throw new TrawlException(
            ErrorCategory.USAGE,
            "%s: rule %d matches no point of the grid; mend it or leave it out"
                .formatted(name, i + 1));
      }
    }
  }
}
