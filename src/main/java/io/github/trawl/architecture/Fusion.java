package io.github.trawl.architecture;

/** How several matrices share the output dimension of a tensor. */
enum Fusion {
  /** One after the other. */
  BLOCKS,
  /** In a group for each key-value head: the queries that share it, its key and its value. */
  INTERLEAVED
}
