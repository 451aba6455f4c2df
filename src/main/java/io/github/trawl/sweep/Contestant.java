package io.github.trawl.sweep;

import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A model that answers examples: the unmodified model, a model edited by one or several points, or
 * a control of an edited model, whose weights are changed at random by as much.
 *
 * @param parts the points whose edits it applies, which change different matrices; none for the
 *     unmodified model
 * @param controlNumber which control of the edited model it is, from 1; 0 if it is none
 */
record Contestant(List<PlannedPoint> parts, int controlNumber) {
  /** The name of the unmodified model in tables of scores, where points have their ids. */
  static final String UNMODIFIED_ID = "unmodified";

  /** The model as it is. */
  static final Contestant UNMODIFIED = new Contestant(List.of(), 0);

  /**
   * Orders by the first layer that a contestant changes, the unmodified model last. Neighbours then
   * share as many layers before their first change as possible.
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
   * Returns a control of this contestant.
   *
   * @param which number of the control, from 1
   */
  Contestant control(int which) {
    return new Contestant(parts, which);
  }

  /** Returns its name, unique in the sweep. */
  String id() {
    return isUnmodified()
        ? UNMODIFIED_ID
        : id(pointIds()) + (isControl() ? "-control" + controlNumber : "");
  }

  /** Returns the name of the model to which the edits of these points are applied. */
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
    return controlNumber > 0;
  }

  boolean isComposed() {
    return parts.size() > 1;
  }

  /**
   * Returns the first layer, counted from 0, in which it changes a matrix; {@link
   * Integer#MAX_VALUE} for the unmodified model.
   */
  int firstLayer() {
    return parts.stream().mapToInt(PlannedPoint::firstLayer).min().orElse(Integer.MAX_VALUE);
  }
}
