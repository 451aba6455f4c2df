package io.github.trawl.tensor;

import java.util.Iterator;

/**
 * A way to read a tensor whose rows are divided among tasks, where a task would have to read much
 * more than its own rows: <em>readers</em> read a share each of what is stored, and send every task
 * its pieces. What the tasks then hold does not depend on the readers.
 */
public interface TensorExchange extends BlockLoader {
  /** The number of readers, at least 1. */
  int readers();

  /** The pieces of one reader, for tasks in any order. */
  Pieces read(int reader);

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
