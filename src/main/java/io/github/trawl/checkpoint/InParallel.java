package io.github.trawl.checkpoint;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;

/** Requests to a remote store, which spend their time waiting for it, several at a time. */
public final class InParallel {
  private static final int THREADS = 16;

  private InParallel() {}

  /** What is done with each. */
  public interface Action<T> {
    /** Does it with one of them. */
    void run(T item) throws IOException;
  }

  /**
   * Does it with all items; none is begun after one has failed, and those under way are waited for.
   *
   * @throws IOException the first failure, in the order of the items; the others are suppressed
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

  private static void awaitAll(List<Future<?>> pending) throws IOException {
    Exception failure = null;
    for (Future<?> future : pending) {
      try {
        Futures.await(future);
      } catch (IOException | RuntimeException e) {
        if (failure == null) {
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
  }
}
