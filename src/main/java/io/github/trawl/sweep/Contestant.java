package io.github.trawl.sweep;

import java.util.Comparator;
import java.util.Optional;

/**
 * A model that is asked: the unmodified one, or that of a point.
 *
 * @param planned the point; empty for the unmodified model
 */
record Contestant(Optional<PlannedPoint> planned) {
  /** The name of the unmodified model among the points. */
  static final String UNMODIFIED_ID = "unmodified";

  /** The model as it is. */
  static final Contestant UNMODIFIED = new Contestant(Optional.empty());

  /**
   * Those that change later layers behind those that change earlier ones: neighbours then share the
   * layers before.
   */
  static final Comparator<Contestant> BY_FIRST_LAYER =
      Comparator.comparingInt(Contestant::firstLayer).thenComparing(Contestant::id);

  static Contestant of(PlannedPoint point) {
    return new Contestant(Optional.of(point));
  }

  String id() {
    return planned.map(each -> each.point().id()).orElse(UNMODIFIED_ID);
  }

  boolean isUnmodified() {
    return planned.isEmpty();
  }

  private int firstLayer() {
    return planned.map(PlannedPoint::firstLayer).orElse(Integer.MAX_VALUE);
  }
}
