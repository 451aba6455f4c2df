package io.github.trawl.plan;

import java.util.Locale;

/**
 * The thirds of a model's layers; the one or two layers that don't divide evenly go to the first.
 */
enum Segment {
  EARLY(2),
  MIDDLE(1),
  LATE(0);

  /** The number of segments that follow this one. */
  private final int following;

  Segment(int following) {
    this.following = following;
  }

  String key() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The first layer of the segment in a model of {@code layers} layers. */
  int from(int layers) {
    return this == EARLY ? 0 : layers - (following + 1) * (layers / values().length);
  }

  /** One past the last layer of the segment in a model of {@code layers} layers. */
  int to(int layers) {
    return layers - following * (layers / values().length);
  }
}
