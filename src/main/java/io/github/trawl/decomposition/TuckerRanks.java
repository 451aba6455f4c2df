package io.github.trawl.decomposition;

import io.github.trawl.ErrorCategory;
import io.github.trawl.TrawlException;
import java.io.Serializable;

/**
 * The shape of the core of a Tucker decomposition.
 *
 * @param depth the rank of the slices, R0; at least 1
 * @param rows the rank of the rows, R1; at least 1
 * @param columns the rank of the columns, R2; at least 1
 */
public record TuckerRanks(int depth, int rows, int columns) implements Serializable {
  /**
   * Checks the ranges.
   *
   * @throws TrawlException if one is not positive
   */
  public TuckerRanks {
    if (depth < 1 || rows < 1 || columns < 1) {
      throw new TrawlException(
          ErrorCategory.USAGE,
          String.format(
              "Tucker ranks must be at least 1: %d, %d, %d; raise them", depth, rows, columns));
    }
  }

  /**
   * Returns these ranks, each clipped to the largest that makes a difference for a tensor of {@code
   * tensorDepth} slices of {@code tensorRows}×{@code tensorColumns}: none above its dimension, and
   * none above the product of the other two, since an unfolding of the core has no higher rank.
   */
  public TuckerRanks clippedTo(int tensorDepth, int tensorRows, int tensorColumns) {
    int d = Math.min(depth, tensorDepth);
    int r = Math.min(rows, tensorRows);
    int c = Math.min(columns, tensorColumns);
    return new TuckerRanks(
        (int) Math.min(d, (long) r * c),
        (int) Math.min(r, (long) d * c),
        (int) Math.min(c, (long) d * r));
  }
}
