package io.github.trawl.evaluation.model;

/** The parts of a layer at which a batch can stop, in the order in which they run. */
public enum LayerPart {
  /** All of the layer: nothing of it has run. */
  WHOLE,
  /**
   * The maps to queries, keys and values. What does not depend on the attention's matrices has run:
   * the norm before them and, where it stands beside the attention, the feed-forward network.
   */
  ATTENTION,
  /** The attention's output map. */
  ATTENTION_OUTPUT,
  /** The first maps of the feed-forward network. The attention has run. */
  FEED_FORWARD,
  /** The last map of the feed-forward network. */
  FEED_FORWARD_OUTPUT
}
