package io.github.trawl.evaluation.model;

/**
 * What a layer needs besides the states of a batch.
 *
 * @param context the positions of the tokens and what they see
 * @param cache takes part in the attention and is extended; null if keys and values are not kept
 * @param wanted the tokens whose output is computed
 */
record LayerRun(AttentionContext context, LayerCache cache, WantedTokens wanted) {}
