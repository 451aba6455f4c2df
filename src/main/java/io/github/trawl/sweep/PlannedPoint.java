package io.github.trawl.sweep;

import io.github.trawl.architecture.WeightSlice;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

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

  /** Returns the first layer, counted from 0, in which it changes a matrix. */
  int firstLayer() {
    return batches.stream()
        .flatMap(batch -> batch.solve().stack().slices().stream())
        .mapToInt(WeightSlice::layer)
        .min()
        .orElseThrow();
  }

  /** Returns the names of the checkpoint's tensors that hold a matrix that it changes. */
  Set<String> tensors() {
    return batches.stream()
        .flatMap(batch -> batch.solve().stack().slices().stream())
        .map(slice -> slice.tensor().name())
        .collect(Collectors.toSet());
  }

  /** Returns the layers that it changes, counted from 0, ascending. */
  List<Integer> layers() {
    return batches.stream()
        .flatMap(batch -> batch.solve().stack().slices().stream())
        .map(slice -> slice.layer())
        .distinct()
        .sorted()
        .toList();
  }

  /** Returns whether there is a matrix that both points change. */
  boolean overlaps(PlannedPoint other) {
    return !Collections.disjoint(matrices(), other.matrices());
  }

  /**
   * Returns names of the matrices that it changes; a matrix and its transpose have the same name.
   */
  private Set<String> matrices() {
    return batches.stream()
        .flatMap(batch -> batch.solve().stack().slices().stream())
        .map(slice -> slice.layer() + " " + slice.role())
        .collect(Collectors.toSet());
  }

  /** Returns the rank of its first stack; of a ratio, stacks of other shapes have other ranks. */
  int rankOfStack() {
    return point
        .settings()
        .options(point.method(), List.of(point.size()), List.of(point.seed()))
        .members(batches.get(0).solve().stack().shape())
        .get(0)
        .rank();
  }
}
