package io.github.trawl.checkpoint;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Runs requests to a remote store several at a time, since they spend their time waiting for the
 * store.
 */
public final class ParallelRequests {
  private static final int THREADS = 16;

  private ParallelRequests() {}

  /** A request for one item. */
  public interface Action<T> {
    /** Runs the request. */
    void run(T item) throws IOException;
  }

  /**
   * Runs {@code action} for every item. After a failure no further item is begun, and those that
   * have begun are waited for.
   *
   * @throws CheckpointStateUnknownException if an item's state is unknown, whatever else has failed
   * @throws IOException the first failure in the order of the items, with the others added as
   *     suppressed; if it is an unchecked exception, that is thrown
   */
  public static <T> void forEach(Collection<T> items, Action<T> action) throws IOException {
    if (items.isEmpty()) {
      return;
    }
    ExecutorService threads =
        Executors.newFixedThreadPool(
            Math.min(THREADS, items.size()),
            task -> {
              Thread thread = new Thread(task, "trawl-storage");
              thread.setDaemon(true);
              return thread;
            });
    try {
      List<Future<?>> pending = new ArrayList<>();
      AtomicBoolean failed = new AtomicBoolean();
      for (T item : items) {
        pending.add(threads.submit(() -> runUnless(failed, action, item)));
      }
      awaitAll(pending);
    } finally {
      threads.shutdownNow();
    }
  }

  private static <T> Void runUnless(AtomicBoolean failed, Action<T> action, T item)
      throws IOException {
    if (failed.get()) {
      return null;
    }
    try {
      action.run(item);
      return null;
    } catch (IOException | RuntimeException | Error e) {
      failed.set(true);
      throw e;
    }
  }

  /**
   * Whether it is unknown what a request has done. Callers then undo nothing, so it is the one to
   * throw.
   */
  private static boolean isUnknown(Throwable failure) {
    return failure instanceof CheckpointStateUnknownException;
  }

  private static void awaitAll(List<Future<?>> pending) throws IOException {
    Throwable failure = null;
    for (Future<?> future : pending) {
      try {
        Futures.await(future);
      } catch (IOException | RuntimeException | Error e) {
        if (failure == null) {
          failure = e;
        } else if (isUnknown(e) && !isUnknown(failure)) {
          e.addSuppressed(failure);
          failure = e;
        } else {
          failure.addSuppressed(e);
        }
      }
    }
    if (failure instanceof IOException e) {
      throw e;
    }
    if (failure instanceof RuntimeException e) {
      throw e;
    }
    if (failure instanceof Error e) {
      throw e;
    }
  }
}
