package io.github.trawl.evaluation.model;

/**
 * The parts of a layer before which a batch can stop, in the order in which they run. A batch at a
 * part has run all earlier parts of the layer, but not this one.
 */
public enum LayerPart {
  /**
   * What comes before the attention: the norm of its input and, in a parallel layer, the
   * feed-forward network. Nothing of the layer has run.
   */
  INPUT,
  /**
   * The maps to queries, keys and values, and the attention of the heads. Everything that does not
   * depend on the attention's matrices has run: the norm before them and, in a parallel layer, the
   * feed-forward network.
   */
  ATTENTION,
  /** The attention's output map. */
  ATTENTION_OUTPUT,
  /** The first maps of the feed-forward network, and its activation. */
  FEED_FORWARD,
  /** The last map of the feed-forward network. */
  FEED_FORWARD_OUTPUT
}
