package io.github.trawl.distributed;

import java.util.function.Function;
import java.util.function.Supplier;

/**
 * A copy of the current iteration's B in off-heap memory, which all tasks of a solve in this
 * process share. The lock of this object is held while the copy is made, so that other tasks wait
 * for it.
 */
final class SharedColumns {
  private ColumnCopy copy;
  private long iterationOfCopy = -1;
  private int users;

  /**
   * Runs {@code work} with a copy of the iteration's B.
   *
   * @param columns makes the copy; called in the first task of an iteration to need it
   */
  <T> T use(IterationInput input, Supplier<ColumnCopy> columns, Function<ColumnCopy, T> work) {
    ColumnCopy own = null;
    ColumnCopy shared;
    synchronized (this) {
      if (iterationOfCopy != input.iteration() && users == 0) {
        close();
        copy = columns.get();
        iterationOfCopy = input.iteration();
      }
      if (iterationOfCopy == input.iteration()) {
        users++;
        shared = copy;
      } else {
        // A task of another iteration, such as a late attempt, still uses the shared copy.
        own = columns.get();
        shared = own;
      }
    }
    try {
      return work.apply(shared);
    } finally {
      if (own != null) {
        own.close();
      } else {
        synchronized (this) {
          users--;
        }
      }
    }
  }

  /** Frees the copy; no task may be using it. */
  synchronized void close() {
    if (copy != null) {
      copy.close();
      copy = null;
      iterationOfCopy = -1;
    }
  }
}
