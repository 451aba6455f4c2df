package io.github.trawl.sweep;

import io.github.trawl.sweep.statistics.PairedTest;
import java.util.List;

/**
 * The best point that could be added to those that are together so far.
 *
 * @param points those together, in the order in which they were added, the one of this step last
 * @param test of their model against that without the last point, on all validation examples
 * @param accepted whether it is better by that test
 */
record CompositionStep(List<String> points, PairedTest test, boolean accepted) {
  CompositionStep {
    points = List.copyOf(points);
  }

  String id() {
    return Contestant.id(points);
  }

  /** The point that was added. */
  String added() {
    return points.get(points.size() - 1);
  }

  /** The points of the last step that was accepted; none if there is none. */
  static List<String> composed(List<CompositionStep> steps) {
    List<String> composed = List.of();
    for (CompositionStep step : steps) {
      composed = step.accepted() ? step.points() : composed;
    }
    return composed;
  }
}
