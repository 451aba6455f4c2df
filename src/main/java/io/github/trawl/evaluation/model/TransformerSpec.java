package io.github.trawl.evaluation.model;

import java.util.List;

/**
 * What a family's {@code config.json} amounts to: the parts of a transformer and where their
 * tensors lie.
 *
 * @param kind which way it looks, and so whether attention is causal
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
