package io.github.trawl.architecture;

/** How several matrices share the output dimension of a tensor. */
enum Fusion {
  /** One after the other. */
  BLOCKS,
  /** Group by group: each key-value head brings its queries, its key and its value. */
  INTERLEAVED
}
