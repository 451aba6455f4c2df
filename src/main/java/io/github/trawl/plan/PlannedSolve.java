package io.github.trawl.plan;

import io.github.trawl.tensor.Panels;
import java.util.OptionalLong;

/**
 * A tensor of a plan, and where it is solved.
 *
 * @param stack its matrices; a single one for a method that decomposes each matrix by itself
 * @param spread whether it is solved over the executors rather than in one task
 * @param rowBlocks how its rows are cut into blocks; used only if it is spread
 * @param leastBytes off-heap bytes that solving it in one task takes at least; empty where it is
 *     spread, or no rank is known
 */
public record PlannedSolve(
    WeightStack stack, boolean spread, Panels rowBlocks, OptionalLong leastBytes) {
  /** Bytes of the largest row block in float32. */
  public long blockBytes() {
    return (long) Float.BYTES * stack.depth() * stack.columns() * rowBlocks.largest();
  }
}
