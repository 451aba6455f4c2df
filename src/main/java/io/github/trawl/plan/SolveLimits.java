package io.github.trawl.plan;

import java.util.OptionalInt;

/**
 * The limits that decide where a tensor is solved.
 *
 * @param offHeapBytes off-heap memory that a process may use
 * @param spreadThreshold bytes of a tensor in float32 above which it is spread over executors where
 *     the method allows it
 * @param blockBytes the most bytes of a row block of a spread tensor, in float32
 * @param executors the most executors among which a tensor can be spread; empty if not known
 */
public record SolveLimits(
    long offHeapBytes, long spreadThreshold, long blockBytes, OptionalInt executors) {
  /** Checks that {@code blockBytes} is positive. */
  public SolveLimits {
    if (blockBytes < 1) {
      throw new IllegalArgumentException("block size must be positive: " + blockBytes);
    }
  }

  /** Limits for an unknown number of executors. */
  public SolveLimits(long offHeapBytes, long spreadThreshold, long blockBytes) {
    this(offHeapBytes, spreadThreshold, blockBytes, OptionalInt.empty());
  }

  /** Returns these limits for another number of executors. */
  public SolveLimits withExecutors(OptionalInt most) {
    return new SolveLimits(offHeapBytes, spreadThreshold, blockBytes, most);
  }
}
