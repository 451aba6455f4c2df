package io.github.trawl.evaluation.model;

import java.util.Comparator;
import java.util.List;

/**
 * A point in the layers at which a batch can stop. Stops are ordered as a batch reaches them.
 *
 * @param layer the index, from 0, of the first layer that has not run to its end
 * @param next the first part of this layer that has not run
 */
public record Stop(int layer, LayerPart next) implements Comparable<Stop> {
  private static final Comparator<Stop> ORDER =
      Comparator.comparingInt(Stop::layer).thenComparing(Stop::next);

  /** Returns the stop at the input of a layer. */
  public static Stop before(int layer) {
    return new Stop(layer, LayerPart.INPUT);
  }

  /** Returns the stop before this one, which must not be the first of all. */
  public Stop previous() {
    List<LayerPart> parts = List.of(LayerPart.values());
    int part = parts.indexOf(next);
    return part == 0
        ? new Stop(layer - 1, parts.get(parts.size() - 1))
        : new Stop(layer, parts.get(part - 1));
  }

  /** Returns whether a map of the attention of {@link #layer} is to run next. */
  public boolean isInAttention() {
    return next == LayerPart.ATTENTION || next == LayerPart.ATTENTION_OUTPUT;
  }

  /** Returns whether the attention of {@link #layer} has run to its end. */
  public boolean isAfterAttention() {
    return next.compareTo(LayerPart.FEED_FORWARD) >= 0;
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
