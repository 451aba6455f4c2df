package io.github.trawl.sweep;

import java.util.Comparator;
import java.util.Optional;

/**
 * A model that is asked: the unmodified one, that of a point, or a control of a point, which is
 * changed at random by as much as the point's.
 *
 * @param planned the point; empty for the unmodified model
 * @param number of the control; 0 for the point itself
 */
record Contestant(Optional<PlannedPoint> planned, int number) {
  /** The name of the unmodified model among the points. */
  static final String UNMODIFIED_ID = "unmodified";

  /** The model as it is. */
  static final Contestant UNMODIFIED = new Contestant(Optional.empty(), 0);

  /**
   * Those that change later layers behind those that change earlier ones: neighbours then share the
   * layers before.
   */
  static final Comparator<Contestant> BY_FIRST_LAYER =
      Comparator.comparingInt(Contestant::firstLayer).thenComparing(Contestant::id);

  static Contestant of(PlannedPoint point) {
    return new Contestant(Optional.of(point), 0);
  }

  /**
   * A control of a point.
   *
   * @param number from 1
   */
  static Contestant control(PlannedPoint point, int number) {
    return new Contestant(Optional.of(point), number);
  }

  String id() {
    return planned
        .map(each -> each.point().id() + (isControl() ? "-control" + number : ""))
        .orElse(UNMODIFIED_ID);
  }

  boolean isUnmodified() {
    return planned.isEmpty();
  }

  boolean isControl() {
    return number > 0;
  }

  private int firstLayer() {
    return planned.map(PlannedPoint::firstLayer).orElse(Integer.MAX_VALUE);
  }
}
