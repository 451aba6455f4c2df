package io.github.trawl.evaluation.model;

/**
 * The inputs of a layer besides the states of a batch.
 *
 * @param context the masks and rotations of the attention
 * @param cache the keys and values of earlier tokens, to which those of this batch are added; null
 *     if keys and values are not kept
 * @param wanted the tokens whose output is computed
 */
record LayerContext(AttentionContext context, KeyValueCache cache, WantedTokens wanted) {}
