package io.github.trawl.plan;

/**
 * The limits that decide where a tensor is solved.
 *
 * @param offHeapBytes off-heap memory that a process may use
 * @param spreadThreshold bytes of a tensor in float32 above which it is spread over executors where
 *     the method allows it
 * @param blockBytes the most bytes of a row block of a spread tensor, in float32
 */
public record SolveLimits(long offHeapBytes, long spreadThreshold, long blockBytes) {
  /** Checks that blocks are not empty. */
  public SolveLimits {
    if (blockBytes < 1) {
      throw new IllegalArgumentException("block size must be positive: " + blockBytes);
    }
  }
}
