package io.github.trawl.evaluation.model;

import java.util.Comparator;
import java.util.List;

/**
 * How far a batch has run through the layers. Stops are ordered as a batch reaches them.
 *
 * @param layer the first that has not run to its end, from 0
 * @param next the first part of it that has not run
 */
public record Stop(int layer, LayerPart next) implements Comparable<Stop> {
  private static final Comparator<Stop> ORDER =
      Comparator.comparingInt(Stop::layer).thenComparing(Stop::next);

  /** The input of a layer. */
  public static Stop before(int layer) {
    return new Stop(layer, LayerPart.WHOLE);
  }

  /** The stop before this one; this must not be the first of all. */
  public Stop previous() {
    List<LayerPart> parts = List.of(LayerPart.values());
    int part = parts.indexOf(next);
    return part == 0
        ? new Stop(layer - 1, parts.get(parts.size() - 1))
        : new Stop(layer, parts.get(part - 1));
  }

  /** Whether the keys and values of {@link #layer} have been computed. */
  boolean hasKeys() {
    return next.compareTo(LayerPart.ATTENTION) > 0;
  }

  @Override
  public int compareTo(Stop other) {
    return ORDER.compare(this, other);
  }
}
