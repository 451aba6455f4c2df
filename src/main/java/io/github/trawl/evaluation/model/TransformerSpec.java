package io.github.trawl.evaluation.model;

import java.util.List;

/**
 * A model as its {@code config.json} describes it: the parts of a transformer and where their
 * tensors lie.
 *
 * @param kind what it predicts, and so whether attention is causal
 * @param context the longest sequence
 * @param embedding from tokens to hidden states
 * @param blocks the layers
 * @param head from hidden states to logits
 */
record TransformerSpec(
    ModelKind kind, int context, EmbeddingSpec embedding, List<BlockSpec> blocks, HeadSpec head) {
  TransformerSpec {
    blocks = List.copyOf(blocks);
  }
}
