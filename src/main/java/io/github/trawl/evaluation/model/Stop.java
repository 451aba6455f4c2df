package io.github.trawl.evaluation.model;

import java.util.Comparator;

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
    LayerPart[] parts = LayerPart.values();
    return next == LayerPart.WHOLE
        ? new Stop(layer - 1, parts[parts.length - 1])
        : new Stop(layer, parts[next.ordinal() - 1]);
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
