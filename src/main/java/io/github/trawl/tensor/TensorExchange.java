package io.github.trawl.tensor;

import java.util.Iterator;

/**
 * Reads a tensor whose rows are divided among tasks, for storage from which a task could not get
 * its rows without reading much more. <em>Readers</em> each read a share of what is stored, and
 * send every task the <em>pieces</em> of its rows. The values that tasks get do not depend on the
 * number of readers.
 */
public interface TensorExchange extends BlockLoader {
  /** The number of readers, at least 1. */
  int readers();

  /** Reads the share of one reader and returns its pieces, in any order of the tasks. */
  Pieces read(int reader);

  /** The pieces of one reader, each read only when it is asked for. The caller closes them. */
  interface Pieces extends Iterator<Piece>, AutoCloseable {
    @Override
    void close();
  }

  /**
   * Bytes that a reader sends to one task.
   *
   * @param task the index of the task
   * @param bytes in a format that only the same implementation of {@link BlockLoader#load}
   *     understands
   */
  @SuppressWarnings("ArrayRecordComponent") // Never compared.
  record Piece(int task, byte[] bytes) {}
}
