package io.github.trawl.tensor;

import java.util.Iterator;

/**
 * A way to read a tensor whose rows are divided among tasks, for storage from which a task would
 * have to read much more than its own rows. <em>Readers</em> read a share each of what is stored,
 * and send every task the pieces of its rows. The values that tasks get do not depend on how many
 * readers there are.
 */
public interface TensorExchange extends BlockLoader {
  /** The number of readers, at least 1. */
  int readers();

  /** Reads the share of one reader and returns its pieces, in any order of the tasks. */
  Pieces read(int reader);

  /** Pieces, each read when it is asked for. The caller closes them. */
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
