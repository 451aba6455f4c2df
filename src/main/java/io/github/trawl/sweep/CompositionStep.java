package io.github.trawl.sweep;

import io.github.trawl.sweep.statistics.PairedTest;
import java.util.List;

/**
 * A step of a greedy composition: the best point to add to the points that were composed so far.
 *
 * @param points in the order in which they were added, with the point of this step last
 * @param test of the model of all these points against that without the last one, on all validation
 *     examples
 * @param accepted whether the test finds the model of all these points better
 */
record CompositionStep(List<String> points, PairedTest test, boolean accepted) {
  CompositionStep {
    points = List.copyOf(points);
  }

  /** Returns the name of the model of all these points. */
  String id() {
    return Contestant.id(points);
  }

  /** Returns the point that this step adds. */
  String added() {
    return points.get(points.size() - 1);
  }

  /** Returns the points of the last accepted step; empty if no step was accepted. */
  static List<String> composed(List<CompositionStep> steps) {
    List<String> composed = List.of();
    for (CompositionStep step : steps) {
      composed = step.accepted() ? step.points() : composed;
    }
    return composed;
  }
}
