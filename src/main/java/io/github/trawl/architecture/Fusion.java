package io.github.trawl.architecture;

/** How several matrices share the output dimension of a tensor. */
enum Fusion {
  /** One after the other. */
  BLOCKS,
  /** In one group for each key-value head: its queries, its key and its value. */
  INTERLEAVED
}
