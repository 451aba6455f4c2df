package io.github.trawl.sweep;

import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A model that is asked: the unmodified one, one that points change together, or a control of the
 * latter, whose weights are changed at random by as much.
 *
 * @param parts points of different matrices, none for the unmodified model
 * @param number of the control; 0 for the points themselves
 */
record Contestant(List<PlannedPoint> parts, int number) {
  /** The name of the unmodified model among the points. */
  static final String UNMODIFIED_ID = "unmodified";

  /** The model as it is. */
  static final Contestant UNMODIFIED = new Contestant(List.of(), 0);

  /**
   * By the first layer that they change, the unmodified model last, so that neighbours share the
   * unmodified layers before it.
   */
  static final Comparator<Contestant> BY_FIRST_LAYER =
      Comparator.comparingInt(Contestant::firstLayer).thenComparing(Contestant::id);

  Contestant {
    parts = List.copyOf(parts);
  }

  static Contestant of(PlannedPoint point) {
    return new Contestant(List.of(point), 0);
  }

  /**
   * A control of this one.
   *
   * @param which from 1
   */
  Contestant control(int which) {
    return new Contestant(parts, which);
  }

  String id() {
    return isUnmodified()
        ? UNMODIFIED_ID
        : id(pointIds()) + (isControl() ? "-control" + number : "");
  }

  /** The name of what points change together. */
  static String id(List<String> points) {
    return String.join("+", points);
  }

  List<String> pointIds() {
    return parts.stream().map(part -> part.point().id()).collect(Collectors.toList());
  }

  boolean isUnmodified() {
    return parts.isEmpty();
  }

  boolean isControl() {
    return number > 0;
  }

  boolean isComposed() {
    return parts.size() > 1;
  }

  /** The first layer of which it changes a matrix; of the unmodified model the largest number. */
  int firstLayer() {
    return parts.stream().mapToInt(PlannedPoint::firstLayer).min().orElse(Integer.MAX_VALUE);
  }
}
