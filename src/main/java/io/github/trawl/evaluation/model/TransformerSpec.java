package io.github.trawl.evaluation.model;

import java.util.List;

/**
 * A model as its {@code config.json} describes it: the parts of a transformer and where their
 * tensors lie.
 *
 * @param kind what it predicts, and so whether attention is causal
 * @param context the most tokens of a sequence
 * @param embedding maps tokens to hidden states
 * @param blocks the layers
 * @param head maps hidden states to logits
 * @param recomputedBeyond the number of tokens beyond which a generation goes on as if all its
 *     tokens had been the prompt, with keys computed anew; at least {@code context} if that never
 *     happens
 */
record TransformerSpec(
    ModelKind kind,
    int context,
    EmbeddingSpec embedding,
    List<BlockSpec> blocks,
    OutputHeadSpec head,
    int recomputedBeyond) {
  TransformerSpec {
    blocks = List.copyOf(blocks);
  }

  /** Describes a model that keeps its keys as a generation grows. */
  TransformerSpec(
      ModelKind kind,
      int context,
      EmbeddingSpec embedding,
      List<BlockSpec> blocks,
      OutputHeadSpec head) {
    this(kind, context, embedding, blocks, head, context);
  }

  /** Returns the number of features of a token between layers. */
  int hidden() {
    return blocks.get(0).attention().input().inputs();
  }
}
