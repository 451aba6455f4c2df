package io.github.trawl.distributed;

import io.github.trawl.tensor.Panels;
import io.github.trawl.tensor.TensorSource;

/** How a tensor is cut into row blocks: by its shape and the block size, never by the cluster. */
public final class BlockGrid {
  private BlockGrid() {}

  /**
   * As few blocks of rows as hold at most {@code blockBytes} each, a row of all slices at least.
   *
   * @param blockBytes at least 1
   */
  public static Panels of(TensorSource source, long blockBytes) {
    if (blockBytes < 1) {
      throw new IllegalArgumentException("block size must be positive: " + blockBytes);
    }
    long rowBytes = 4L * source.depth() * source.columns();
    return Panels.ofAtMost(
        source.rows(), (int) Math.max(1, Math.min(source.rows(), blockBytes / rowBytes)));
  }
}
