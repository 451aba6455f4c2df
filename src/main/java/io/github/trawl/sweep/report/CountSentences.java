package io.github.trawl.sweep.report;

import java.util.ArrayList;
import java.util.List;

/** Builds the sentences that say which points and examples a chart includes. */
final class CountSentences {
  private CountSentences() {}

  /**
   * Returns the sentences of a chart of validation values, with the number of points by state.
   *
   * @param shown the points that the chart shows
   * @param all how many points have a value, shown or not
   * @param exclusionReason why the others are not shown, such as {@code have no rank}; unused if
   *     all are
   */
  static List<String> validation(
      List<Point> shown, int all, String exclusionReason, SweepOverview sweep) {
    List<String> sentences = new ArrayList<>();
    List<String> parts = new ArrayList<>();
    for (PointState state : PointState.values()) {
      List<Integer> examples =
          shown.stream()
              .filter(point -> point.state() == state)
              .map(point -> point.validation().score().examples())
              .sorted()
              .toList();
      if (!examples.isEmpty()) {
        parts.add(part(state, examples));
      }
    }
    sentences.add(
        "Counts " + Numbers.count(shown.size(), "point") + ": " + String.join(", ", parts) + ".");
    if (all > shown.size()) {
      int rest = all - shown.size();
      sentences.add(
          "Not shown: " + Numbers.count(rest, "point") + " that " + exclusionReason + ".");
    }
    sentences.add(intervals(sweep));
    return sentences;
  }

  /**
   * Returns how many points are in a state, and after how many examples.
   *
   * @param examples of each point, ascending
   */
  private static String part(PointState state, List<Integer> examples) {
    String count = Numbers.count(examples.size());
    int fewest = examples.get(0);
    int most = examples.get(examples.size() - 1);
    return switch (state) {
      case COMPLETE -> count + " on all " + Numbers.count(most) + " validation examples";
      case PRUNED -> count + " pruned after " + range(fewest, most) + " (hollow)";
      case PARTIAL -> count + " under way after " + range(fewest, most) + " (hollow)";
    };
  }

  private static String range(int fewest, int most) {
    return fewest == most
        ? Numbers.count(fewest, "example")
        : Numbers.count(fewest) + " to " + Numbers.count(most, "example");
  }

  static String intervals(SweepOverview sweep) {
    return "Intervals are "
        + Numbers.decimals(100 * sweep.confidence(), 0)
        + "\u00a0% over examples.";
  }
}
