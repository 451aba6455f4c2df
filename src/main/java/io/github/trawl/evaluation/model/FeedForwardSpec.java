package io.github.trawl.evaluation.model;

/**
 * Describes the feed-forward network of a layer.
 *
 * @param up the map to the inner features; if {@code gated}, its first half is the gate
 * @param gated whether the activated gate multiplies the second half, rather than all inner
 *     features being activated
 * @param activation the function of the gate or of all inner features
 * @param down the map from the inner features back to the hidden size
 */
record FeedForwardSpec(LinearSpec up, boolean gated, Activation activation, LinearSpec down) {}
