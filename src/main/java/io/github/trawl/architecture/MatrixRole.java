package io.github.trawl.architecture;

/** What a weight matrix does in a transformer layer. */
public enum MatrixRole {
  /** Query projection, {@code [heads·head size, hidden]}. */
  Q,
  /** Key projection, {@code [key-value heads·head size, hidden]}. */
  K,
  /** Value projection, {@code [key-value heads·head size, hidden]}. */
  V,
  /** Attention output projection, {@code [hidden, heads·head size]}. */
  O,
  /** Gate of a gated feed-forward layer, {@code [inner, hidden]}. */
  GATE,
  /** First matrix of the feed-forward layer, {@code [inner, hidden]}. */
  UP,
  /** Last matrix of the feed-forward layer, {@code [hidden, inner]}. */
  DOWN
}
