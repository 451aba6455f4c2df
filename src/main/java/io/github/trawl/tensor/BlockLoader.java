package io.github.trawl.tensor;

import io.github.trawl.linalg.OffHeapMemory;
import java.io.Serializable;
import java.util.Iterator;
import java.util.List;

/**
 * Makes the row blocks of a task, from what the task reads itself and from the pieces that the
 * readers of a {@link TensorExchange} sent to it.
 */
@FunctionalInterface
public interface BlockLoader extends Serializable {
  /**
   * Makes blocks of a task.
   *
   * @param task the index of the task
   * @param rowStarts the first row of each block, and one past the last row of the last
   * @param pieces all pieces that were sent to the task, in any order; none without an exchange,
   *     where each task reads its own rows
   * @return a block for each range of rows, which the caller closes
   * @throws IllegalStateException if pieces are missing
   */
  List<TensorBlock> load(
      int task, int[] rowStarts, Iterator<byte[]> pieces, ValueFormat format, OffHeapMemory memory);
}
