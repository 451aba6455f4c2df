package io.github.trawl.tensor;

import io.github.trawl.linalg.OffHeapMemory;
import java.io.Serializable;
import java.util.Iterator;
import java.util.List;

/**
 * A way to read a tensor whose rows are divided among tasks, where a task would have to read much
 * more than its own rows: <em>readers</em> read a share each of what is stored, and send every task
 * its pieces. What the tasks then hold does not depend on the readers.
 */
public interface TensorExchange extends Serializable {
  /** The number of readers, at least 1. */
  int readers();

  /** The pieces of one reader, for tasks in any order. */
  Pieces read(int reader);

  /**
   * Reads blocks of a task: what it reads itself, and what readers have sent it.
   *
   * @param task whose rows the blocks are
   * @param rowStarts the first row of each block, and one past the last row of the last
   * @param pieces all that readers have for the task, in any order
   * @return a block for each range of rows, which the caller closes
   * @throws IllegalStateException if pieces are missing
   */
  List<TensorBlock> load(
      int task, int[] rowStarts, Iterator<byte[]> pieces, ValueFormat format, OffHeapMemory memory);

  /** Pieces as they are read, to be closed. */
  interface Pieces extends Iterator<Piece>, AutoCloseable {
    @Override
    void close();
  }

  /**
   * The bytes that a reader sends to one task.
   *
   * @param task the index of the task
   */
  @SuppressWarnings("ArrayRecordComponent") // Never compared.
  record Piece(int task, byte[] bytes) {}
}
