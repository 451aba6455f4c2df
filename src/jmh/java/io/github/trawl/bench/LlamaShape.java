package io.github.trawl.bench;

/**
 * The sizes of a LLaMA.
 *
 * @param hidden size of the hidden state
 * @param inner size of the feed-forward layer
 * @param heads of the queries
 * @param keyValueHeads of the keys and values, a divisor of {@code heads}
 * @param layers of the whole model
 * @param shardBytes the most bytes of a file's tensors, unless a single one is larger
 */
record LlamaShape(
    int hidden, int inner, int heads, int keyValueHeads, int layers, long shardBytes) {
  static final int VOCABULARY = 32_000;

  /** Of 103 MB a layer, seven to a shard. */
  static final LlamaShape SMALL = new LlamaShape(2048, 5632, 16, 16, 28, 750_000_000L);

  private static final long HUB_SHARD_BYTES = 5_000_000_000L;

  /** LLaMA-2-7B: 13.5 GB in bfloat16. */
  static final LlamaShape LLAMA_2_7B = new LlamaShape(4096, 11008, 32, 32, 32, HUB_SHARD_BYTES);

  /** LLaMA-2-13B: 26 GB in bfloat16. */
  static final LlamaShape LLAMA_2_13B = new LlamaShape(5120, 13824, 40, 40, 40, HUB_SHARD_BYTES);

  /** LLaMA-2-70B: 138 GB in bfloat16. */
  static final LlamaShape LLAMA_2_70B = new LlamaShape(8192, 28672, 64, 8, 80, HUB_SHARD_BYTES);

  /** Rows of the matrices of keys and of values. */
  int keyValueRows() {
    return hidden / heads * keyValueHeads;
  }
}
