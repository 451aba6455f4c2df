package io.github.trawl.tensor;

import io.github.trawl.linalg.OffHeapMemory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;

/** Fills blocks of consecutive rows of a tensor tile by tile, in any order of the tiles. */
public final class BlockFiller {
  private final int[] rowStarts;
  private final List<TensorBlock> blocks = new ArrayList<>();
  private final long expected;
  private long filled;

  private BlockFiller(
      int[] rowStarts, int depth, int columns, ValueFormat format, OffHeapMemory memory) {
    this.rowStarts = rowStarts;
    int rows = rowStarts[rowStarts.length - 1] - rowStarts[0];
    this.expected = (long) depth * rows * columns;
    try {
      for (int i = 0; i + 1 < rowStarts.length; i++) {
        blocks.add(
            TensorBlock.allocate(
                memory, format, rowStarts[i], depth, rowStarts[i + 1] - rowStarts[i], columns));
      }
    } catch (RuntimeException | Error e) {
      blocks.forEach(TensorBlock::close);
      throw e;
    }
  }

  /**
   * Returns blocks that {@code values} has filled. The caller closes them.
   *
   * @param rowStarts the first row of each block, and one past the last row of the last
   * @param source the tensor; only its shape is used
   * @param values calls {@link #put} so that each value of the blocks is set once
   * @throws IllegalStateException if fewer or more values were put than the blocks hold
   */
  public static List<TensorBlock> fill(
      int[] rowStarts,
      TensorSource source,
      ValueFormat format,
      OffHeapMemory memory,
      Consumer<BlockFiller> values) {
    return fill(rowStarts, source.depth(), source.columns(), format, memory, values);
  }

  /**
   * Returns blocks that {@code values} has filled, of a tensor of this depth and width. The caller
   * closes them.
   *
   * @param values calls {@link #put} so that each value of the blocks is set once
   * @throws IllegalStateException if fewer or more values were put than the blocks hold
   */
  public static List<TensorBlock> fill(
      int[] rowStarts,
      int depth,
      int columns,
      ValueFormat format,
      OffHeapMemory memory,
      Consumer<BlockFiller> values) {
    BlockFiller filler = new BlockFiller(rowStarts.clone(), depth, columns, format, memory);
    try {
      values.accept(filler);
      if (filler.filled != filler.expected) {
        throw new IllegalStateException(
            "%d values for rows %d to %d of a tensor, %d were expected"
                .formatted(
                    filler.filled,
                    rowStarts[0],
                    rowStarts[rowStarts.length - 1] - 1,
                    filler.expected));
      }
      return filler.blocks;
    } catch (RuntimeException | Error e) {
      filler.blocks.forEach(TensorBlock::close);
      throw e;
    }
  }

  /**
   * Sets a tile of slice {@code k}, whose rows must be rows of the blocks.
   *
   * @param row the first row of the tile in the tensor
   * @param values the rows · columns values of the tile, row by row, from index 0 on
   */
  public void put(int k, int row, int column, int rows, int columns, float[] values) {
    int end = rowStarts[rowStarts.length - 1];
    if (row < rowStarts[0] || rows > end - row) {
      throw new IllegalArgumentException(
          "a tile of rows %d to %d lies outside rows %d to %d"
              .formatted(row, row + rows - 1, rowStarts[0], end - 1));
    }
    filled += (long) rows * columns;
    int found = Arrays.binarySearch(rowStarts, row);
    int index = found < 0 ? -found - 2 : found;
    for (int done = 0; done < rows; index++) {
      TensorBlock block = blocks.get(index);
      int at = row + done - block.rowStart();
      int count = Math.min(rows - done, block.rows() - at);
      block.setTile(k, at, column, count, columns, values, done * columns);
      done += count;
    }
  }
}
