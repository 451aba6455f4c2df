package io.github.trawl.sweep.report;

import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * One edit with what was measured of it.
 *
 * @param id unique among the points of a page: what a user hands to a command
 * @param label as a person reads it
 * @param edit what it changes
 * @param state how far it has come
 * @param relativeError ‖X − M‖ / ‖X‖, the mean over its stacks, at least 0; absent where none is
 *     known
 * @param validation on the validation rows that it saw; on all of them if and only if it is
 *     complete
 * @param familyWiseP of the difference on validation among all points of the family, in [0, 1];
 *     absent for points outside of it
 * @param test on the test rows; absent for all but the few that were chosen to see them
 * @param others what else was measured
 */
public record Point(
    String id,
    String label,
    Edit edit,
    PointState state,
    OptionalDouble relativeError,
    Measured validation,
    OptionalDouble familyWiseP,
    Optional<Measured> test,
    List<OtherScore> others) {
  /**
   * Copies the list.
   *
   * @throws IllegalArgumentException if a text is blank, the relative error negative or a p value
   *     outside of [0, 1]
   */
  public Point {
    Require.text("id", id);
    Require.text("label", label);
    relativeError.ifPresent(error -> Require.notNegative("relativeError", error));
    familyWiseP.ifPresent(p -> Require.probability("familyWiseP", p));
    others = List.copyOf(others);
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
