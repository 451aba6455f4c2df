package io.github.trawl.sweep.report;

import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * An edit and its results.
 *
 * @param id unique among the points of a page; the name by which a user gives it to a command
 * @param label as a person reads it
 * @param edit what it changes
 * @param state how far it has come
 * @param relativeError ‖X − M‖ / ‖X‖ of a stack X and its approximation M, the mean over its
 *     stacks, at least 0; absent if unknown
 * @param validation results on the validation rows that it saw, which are all of them if and only
 *     if it is complete
 * @param familyWiseP p value of the difference on validation, adjusted for all points that saw all
 *     validation rows, in [0, 1]; absent for other points
 * @param test results on the test rows; absent for points that were not chosen to see them
 * @param otherScores values of other metrics
 */
public record Point(
    String id,
    String label,
    Edit edit,
    PointState state,
    OptionalDouble relativeError,
    SplitResult validation,
    OptionalDouble familyWiseP,
    Optional<SplitResult> test,
    List<OtherScore> otherScores) {
  /**
   * Copies the list.
   *
   * @throws IllegalArgumentException if a text is blank, the relative error negative or a p value
   *     outside of [0, 1]
   */
  public Point {
    Require.requireNotBlank("id", id);
    Require.requireNotBlank("label", label);
    relativeError.ifPresent(error -> Require.notNegative("relativeError", error));
    familyWiseP.ifPresent(p -> Require.probability("familyWiseP", p));
    otherScores = List.copyOf(otherScores);
  }

  boolean complete() {
    return state == PointState.COMPLETE;
  }

  /** Returns 1 − relative error. */
  OptionalDouble fit() {
    return relativeError.isPresent()
        ? OptionalDouble.of(1 - relativeError.getAsDouble())
        : OptionalDouble.empty();
  }
}
