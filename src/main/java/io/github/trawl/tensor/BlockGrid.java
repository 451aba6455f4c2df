package io.github.trawl.tensor;

import java.util.stream.IntStream;

/**
 * Cuts a tensor into row blocks. The cuts depend on the tensor's shape and the block size alone,
 * never on the cluster.
 */
public final class BlockGrid {
  private BlockGrid() {}

  /** Returns the blocks of a tensor; see {@link #of(int, int, int, long)}. */
  public static Panels of(TensorShape shape, long blockBytes) {
    return of(shape.depth(), shape.rows(), shape.columns(), blockBytes);
  }

  /**
   * Divides blocks among tasks, each of which has at least one.
   *
   * @param blocks at least 1
   * @param tasks the most tasks, at least 1
   */
  public static Panels shares(int blocks, int tasks) {
    return new Panels(blocks, Math.min(blocks, tasks));
  }

  /**
   * Divides blocks among tasks as {@link #shares} does.
   *
   * @return the first row of each task and, as the last element, one past the last row of the last
   *     task
   */
  public static int[] rowStarts(Panels grid, int tasks) {
    Panels shares = shares(grid.count(), tasks);
    return IntStream.rangeClosed(0, shares.count())
        .map(task -> grid.start(shares.start(task)))
        .toArray();
  }

  /**
   * Divides the rows into blocks that take at most {@code blockBytes} each as float32, but hold at
   * least one row of all slices. The number of blocks is a power of two if there are enough rows,
   * so that they divide evenly among executors.
   *
   * @param depth the number of slices, K
   * @param rows the number of rows of a slice, I
   * @param columns the number of columns of a slice, J
   * @param blockBytes at least 1
   */
  public static Panels of(int depth, int rows, int columns, long blockBytes) {
    if (blockBytes < 1) {
      throw new IllegalArgumentException("block size must be positive: " + blockBytes);
    }
    long rowBytes = 4L * depth * columns;
    long rowsOfBlock = Math.max(1, Math.min(rows, blockBytes / rowBytes));
    long needed = (rows + rowsOfBlock - 1) / rowsOfBlock;
    // The least power of two that is not less than needed.
    long count = Math.max(1, Long.highestOneBit(2 * needed - 1));
    return new Panels(rows, (int) Math.min(rows, count));
  }
}
