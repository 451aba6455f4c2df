package io.github.trawl.distributed;

import com.esotericsoftware.kryo.DefaultSerializer;
import com.esotericsoftware.kryo.serializers.JavaSerializer;
import io.github.trawl.tensor.BlockGrid;
import io.github.trawl.tensor.Panels;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * A range of consecutive row blocks of a tensor that one Spark task handles.
 *
 * @param start index of the first block
 * @param end one past the index of the last block
 */
@DefaultSerializer(JavaSerializer.class)
record BlockRange(int start, int end) implements Serializable {

  int size() {
    return end - start;
  }

  /** Divides {@code blocks} blocks among at most {@code tasks} tasks, as evenly as possible. */
  static List<BlockRange> divide(int blocks, int tasks) {
    Panels shares = BlockGrid.shares(blocks, tasks);
    List<BlockRange> ranges = new ArrayList<>(shares.count());
    for (int share = 0; share < shares.count(); share++) {
      ranges.add(new BlockRange(shares.start(share), shares.start(share + 1)));
    }
    return ranges;
  }

  /**
   * The first row of each block and, as the last element, one past the last row of the last block.
   *
   * @param grid how the rows of the tensor are cut into blocks
   */
  int[] rowStarts(Panels grid) {
    return IntStream.rangeClosed(start, end).map(grid::start).toArray();
  }
}
