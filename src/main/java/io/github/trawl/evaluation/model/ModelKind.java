package io.github.trawl.evaluation.model;

/** What a language model predicts. */
public enum ModelKind {
  /** Each token from those before it. */
  CAUSAL,
  /** Masked tokens from those around them. */
  MASKED
}
