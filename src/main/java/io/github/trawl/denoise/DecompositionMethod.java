package io.github.trawl.denoise;

/** How a stack is approximated. */
public enum DecompositionMethod {
  /** CP by alternating least squares: R components. */
  CP,
  /** Tucker by orthogonal iteration: ranks (K, R, R) for a stack of K slices. */
  TUCKER,
  /** Truncated SVD of each matrix by itself, as in LASER. */
  SVD
}
