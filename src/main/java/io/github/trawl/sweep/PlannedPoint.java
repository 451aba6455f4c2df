package io.github.trawl.sweep;

import java.util.List;

/**
 * A point with the solves that it needs.
 *
 * @param point of the grid
 * @param batches one for each of its stacks, in the order of the layers
 */
record PlannedPoint(Point point, List<SolveBatch> batches) {
  PlannedPoint {
    batches = List.copyOf(batches);
  }
}
