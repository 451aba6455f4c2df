package io.github.trawl.evaluation.model;

import java.util.Collection;
import java.util.List;

/**
 * Counts the operations of a model's matrix products for one sequence, a multiplication and an
 * addition as two; see {@code docs/cost-model.md}. Norms, activations and softmax are left out.
 * Counts also the memory of a batch's states.
 */
public final class PassCost {
  private final List<BlockSpec> blocks;
  private final OutputHeadSpec head;
  private final int hidden;
  private final TensorStops stops;
  private final StateSize size;

  PassCost(TransformerSpec spec, NumberType type) {
    this.blocks = spec.blocks();
    this.head = spec.head();
    this.hidden = spec.hidden();
    this.size = new StateSize(blocks, hidden, type);
    this.stops = new TensorStops(blocks);
  }

  /**
   * Returns the same stop as {@link LanguageModel#firstUse}.
   *
   * @param tensors names in the checkpoint
   */
  public Stop firstUse(Collection<String> tensors) {
    return stops.firstUse(tensors);
  }

  /**
   * Returns the cost of the rest of a pass from a stop on, with the head.
   *
   * @param tokens the length of the sequence
   * @param read the number of tokens whose logits are read
   */
  public double operations(Stop from, int tokens, int read) {
    double sum = head(read);
    for (int layer = from.layer(); layer < blocks.size(); layer++) {
      boolean last = layer == blocks.size() - 1;
      sum +=
          layer(
              blocks.get(layer),
              layer == from.layer() ? from.next() : LayerPart.INPUT,
              tokens,
              last && WantedTokens.areFew(read, tokens) ? read : tokens,
              last ? read : tokens);
    }
    return sum;
  }

  /**
   * Returns the cost of a pass over one more token, with keys and values of earlier tokens cached.
   *
   * @param before the number of earlier tokens
   */
  public double nextToken(int before) {
    double sum = operations(Stop.before(0), 1, 1);
    for (BlockSpec block : blocks) {
      // The scores of the earlier keys, and the sum of their weighted values.
      sum += 4.0 * before * queryFeatures(block);
    }
    return sum;
  }

  /**
   * Returns what {@link BatchState#bytes} says of a batch.
   *
   * @param tokens the number of tokens of the batch, padding included
   * @param read the number of tokens whose logits are read
   * @param keepsKeys whether it keeps keys and values, since it is continued by several tokens
   */
  public long stateBytes(Stop stop, long tokens, long read, boolean keepsKeys) {
    return size.bytes(stop, tokens, read, keepsKeys);
  }

  /**
   * Returns the most bytes that a batch of prompts takes while each of them gets several tokens,
   * without what a layer computes with: the hidden states before the first layer and those of the
   * running pass, and the keys and values of all layers with their spare capacity.
   *
   * @param prompts the number of prompts
   * @param length the number of tokens of the longest prompt
   * @param newTokens the number of tokens that are added to each
   */
  public long continuedBytes(long prompts, long length, int newTokens) {
    return 2 * stateBytes(Stop.before(0), prompts * length, prompts, false)
        + size.continuedCacheBytes(prompts, length, newTokens);
  }

  /**
   * Returns what {@link BatchState#continuedCacheBytes} says of a batch that keeps keys and values.
   *
   * @param sequences the number of prompts
   * @param length the number of tokens of the longest prompt
   * @param newTokens the number of tokens that are added to each prompt
   */
  public long continuedCacheBytes(int sequences, int length, int newTokens) {
    return size.continuedCacheBytes(sequences, length, newTokens);
  }

  /**
   * Returns the cost of a layer from one of its parts on.
   *
   * @param tokens the length of the sequence
   * @param queries the number of tokens whose queries are computed, if that is possible for some
   * @param wanted the number of tokens whose output is computed
   */
  private double layer(
      BlockSpec block, LayerPart from, double tokens, double queries, double wanted) {
    double q = queryFeatures(block);
    double keysAndValues = block.attention().input().totalOutputs() - q;
    // In this layout queries are computed for all tokens, and then selected.
    boolean perHead = block.attention().layout() == AttentionSpec.Layout.PER_HEAD;
    double sum = 0;
    if (from.compareTo(LayerPart.ATTENTION) <= 0) {
      sum += 2 * hidden * (tokens * keysAndValues + (perHead ? tokens : queries) * q);
      sum += 4 * queries * tokens * q; // Scores and weighted values.
    }
    if (from.compareTo(LayerPart.ATTENTION_OUTPUT) <= 0) {
      sum += 2 * wanted * q * hidden;
    }
    boolean keepsFeedForward = block.parallel() && isAttention(from);
    if (from.compareTo(LayerPart.FEED_FORWARD) <= 0 && !keepsFeedForward) {
      sum += 2 * wanted * hidden * block.feedForward().up().totalOutputs();
    }
    return keepsFeedForward ? sum : sum + 2 * wanted * block.feedForward().down().inputs() * hidden;
  }

  private static boolean isAttention(LayerPart part) {
    return part == LayerPart.ATTENTION || part == LayerPart.ATTENTION_OUTPUT;
  }

  private static double queryFeatures(BlockSpec block) {
    return (double) block.attention().heads() * block.attention().headSize();
  }

  private double head(double read) {
    LinearSpec transform = head.transform();
    double mapped = transform == null ? 0 : (double) transform.inputs() * transform.totalOutputs();
    return 2 * read * (mapped + (double) head.vocabulary() * head.width());
  }
}
