package io.github.trawl.distributed;

import java.util.function.Function;
import java.util.function.Supplier;

/** B of the current iteration in off-heap memory, one copy for all tasks of a solve. */
final class SharedColumns {
  private ColumnCopy copy;
  private long iterationOfCopy = -1;
  private int users;

  /**
   * Runs {@code work} with B of the iteration.
   *
   * @param columns makes a copy; the first task of an iteration calls it and the others share its
   *     copy
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
        // A late attempt of an earlier iteration still works on the shared copy.
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
