package io.github.trawl.checkpoint;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Requests to a remote store, which spend their time waiting for it, several at a time. */
final class InParallel {
  private static final int THREADS = 16;

  private InParallel() {}

  /** What is done with each. */
  interface Action<T> {
    void run(T item) throws IOException;
  }

  /**
   * Does it with all items; none is begun after one has failed, and those under way are waited for.
   *
   * @throws IOException the first failure, in the order of the items; the others are suppressed
   */
  static <T> void forEach(Collection<T> items, Action<T> action) throws IOException {
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
      for (T item : items) {
        pending.add(
            threads.submit(
                () -> {
                  action.run(item);
                  return null;
                }));
      }
      awaitAll(pending);
    } finally {
      threads.shutdownNow();
    }
  }

  private static void awaitAll(List<Future<?>> pending) throws IOException {
    Exception failure = null;
    for (Future<?> future : pending) {
      if (failure != null && future.cancel(false)) {
        continue;
      }
      try {
        if (!future.isCancelled()) {
          Futures.await(future);
        }
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
