package io.github.trawl.evaluation.model;

import java.util.List;

/** Counts the memory that a batch holds at a stop. */
final class StateSize {
  private final List<BlockSpec> blocks;
  private final int hidden;
  private final NumberType type;

  /**
   * @param blocks all layers
   * @param hidden features of a token between layers
   * @param type the type of the numbers
   */
  StateSize(List<BlockSpec> blocks, int hidden, NumberType type) {
    this.blocks = blocks;
    this.hidden = hidden;
    this.type = type;
  }

  /**
   * Returns {@code wanted}, or the input of the last layer if that is earlier and no logits are
   * read, since the last layer then has nothing to compute.
   *
   * @param read the number of tokens whose logits are read
   */
  Stop reachable(Stop wanted, long read) {
    return read == 0 && wanted.layer() == last() ? Stop.before(last()) : wanted;
  }

  private int last() {
    return blocks.size() - 1;
  }

  /**
   * Returns the most bytes that a batch holds once it is advanced to {@code stop}, or as far as it
   * can be.
   *
   * @param tokens the number of tokens of the batch, padding included
   * @param read the number of tokens whose logits are read
   * @param cached whether keys and values are kept
   */
  long bytes(Stop stop, long tokens, long read, boolean cached) {
    return type.bytes() * numbers(reachable(stop, read), tokens, read, cached);
  }

  private long numbers(Stop stop, long tokens, long read, boolean cached) {
    long numbers = hiddenStates(stop, tokens, stop.layer() == last() ? read : tokens);
    if (cached) {
      numbers +=
          blocks.subList(0, stop.layer() + (stop.hasKeys() ? 1 : 0)).stream()
              .mapToLong(block -> tokens * block.attention().cachedSize())
              .sum();
    }
    return numbers;
  }

  /**
   * Returns the most bytes that the keys and values of all layers take, including the spare
   * capacity of each {@link TokenBuffer}.
   *
   * @param sequences the number of sequences in the batch
   * @param length the number of tokens of the longest sequence
   * @param more the number of tokens that are added to each sequence
   */
  long continuedCacheBytes(long sequences, long length, long more) {
    long tokens = more == 0 ? length : length + more + TokenBuffer.spareTokens(length + more);
    return type.bytes()
        * blocks.stream()
            .mapToLong(block -> sequences * tokens * block.attention().cachedSize())
            .sum();
  }

  /** Returns how many numbers the tensors of a {@link LayerState} have. */
  private long hiddenStates(Stop stop, long tokens, long wanted) {
    BlockSpec block = blocks.get(stop.layer());
    boolean parallel = block.parallel();
    // A tensor that serves two purposes is counted once, such as an input that is the residual too.
    boolean normed = block.attentionNorms().input() != null;
    boolean residualApart = normed || wanted != tokens;
    boolean separateFeedForwardInput =
        parallel && (block.feedForwardNorms().input() != null || wanted != tokens);
    // The tokens of the tensors beside nextInput, summed; at FEED_FORWARD with nextInput's.
    long others =
        switch (stop.next()) {
          case INPUT -> 0;
          case ATTENTION ->
              (residualApart ? wanted : 0)
                  + (separateFeedForwardInput ? wanted : 0)
                  + (parallel ? wanted : 0);
          case ATTENTION_OUTPUT -> parallel ? 3 * wanted : wanted;
          case FEED_FORWARD ->
              parallel || block.feedForwardNorms().input() != null ? 2 * wanted : wanted;
          case FEED_FORWARD_OUTPUT -> wanted;
        };
    long nextInput =
        switch (stop.next()) {
          case INPUT, ATTENTION -> tokens * hidden;
          case ATTENTION_OUTPUT ->
              wanted * block.attention().heads() * block.attention().headSize();
          case FEED_FORWARD -> 0;
          case FEED_FORWARD_OUTPUT -> wanted * block.feedForward().down().inputs();
        };
    return nextInput + others * hidden;
  }
}
