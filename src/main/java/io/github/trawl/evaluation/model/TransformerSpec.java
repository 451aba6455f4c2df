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
 * @param renewedBeyond a generation that grows beyond so many tokens goes on as if all of them had
 *     been the prompt, with keys computed anew; at least the context where that never happens
 */
record TransformerSpec(
    ModelKind kind,
    int context,
    EmbeddingSpec embedding,
    List<BlockSpec> blocks,
    HeadSpec head,
    int renewedBeyond) {
  TransformerSpec {
    blocks = List.copyOf(blocks);
  }

  /** A model that keeps its keys as a generation grows. */
  TransformerSpec(
      ModelKind kind, int context, EmbeddingSpec embedding, List<BlockSpec> blocks, HeadSpec head) {
    this(kind, context, embedding, blocks, head, context);
  }

  /** Features of a token between the layers. */
  int hidden() {
    return blocks.get(0).attention().input().inputs();
  }
}
