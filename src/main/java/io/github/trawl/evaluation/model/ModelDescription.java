package io.github.trawl.evaluation.model;

/**
 * What is known of a model before its weights are read.
 *
 * @param kind what it predicts
 * @param contextLength the most tokens that a sequence may have
 * @param layers the number of transformer layers
 */
public record ModelDescription(ModelKind kind, int contextLength, int layers) {}
