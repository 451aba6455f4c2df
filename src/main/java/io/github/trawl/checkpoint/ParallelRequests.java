package io.github.trawl.checkpoint;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.ExecutionException;
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
   * Runs {@code action} for every item. After a failure, or if this thread is interrupted, no
   * further item is begun, and those that have begun are waited for.
   *
   * @throws CheckpointStateUnknownException if an item's state is unknown, whatever else has failed
   * @throws InterruptedIOException if this thread is interrupted and no request failed
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
      AtomicBoolean stopped = new AtomicBoolean();
      for (T item : items) {
        pending.add(threads.submit(() -> runUnless(stopped, action, item)));
      }
      awaitAll(pending, stopped);
    } finally {
      threads.shutdownNow();
    }
  }

  private static <T> Void runUnless(AtomicBoolean stopped, Action<T> action, T item)
      throws IOException {
    if (stopped.get()) {
      return null;
    }
    try {
      action.run(item);
      return null;
    } catch (IOException | RuntimeException | Error e) {
      stopped.set(true);
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

  private static void awaitAll(List<Future<?>> pending, AtomicBoolean stopped) throws IOException {
    Throwable failure = null;
    boolean interrupted = false;
    for (Future<?> future : pending) {
      interrupted |= awaitEnd(future, stopped);
      failure = toThrow(failure, failure(future));
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
      failure = toThrow(failure, new InterruptedIOException("interrupted"));
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

  /** Waits until a request has ended, and returns whether this thread was interrupted meanwhile. */
  private static boolean awaitEnd(Future<?> request, AtomicBoolean stopped) {
    boolean interrupted = false;
    while (!request.isDone()) {
      try {
        request.get();
      } catch (InterruptedException e) {
        interrupted = true;
        stopped.set(true);
      } catch (ExecutionException e) {
        break;
      }
    }
    return interrupted;
  }

  /** Returns the failure of a request that has ended; null if it succeeded. */
  private static Throwable failure(Future<?> request) {
    try {
      Futures.await(request);
      return null;
    } catch (IOException | RuntimeException | Error e) {
      return e;
    }
  }

  /** Returns the failure to throw of one and a later one, either of which may be null. */
  private static Throwable toThrow(Throwable earlier, Throwable later) {
    if (earlier == null || later == null) {
      return earlier == null ? later : earlier;
    }
    boolean laterCounts = isUnknown(later) && !isUnknown(earlier);
    Throwable counts = laterCounts ? later : earlier;
    counts.addSuppressed(laterCounts ? earlier : later);
    return counts;
  }
}
