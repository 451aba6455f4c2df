package io.github.trawl.evaluation.model;

/**
 * The position-wise network of a layer.
 *
 * @param up expands; where {@code gated}, the gate's features stand before the others
 * @param gated whether the activated gate multiplies the other half
 * @param activation in between
 * @param down contracts
 */
record FeedForwardSpec(LinearSpec up, boolean gated, Activation activation, LinearSpec down) {}
