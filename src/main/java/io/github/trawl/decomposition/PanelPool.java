package io.github.trawl.decomposition;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntFunction;

/**
 * Runs the panels of a pass on a fixed number of threads and hands back their results in panel
 * order, so that what is computed from them does not depend on the number of threads.
 */
public final class PanelPool implements AutoCloseable {
  private final int threads;
  private final ExecutorService executor;

  /** A pool of {@code threads} threads; one means the caller's own. */
  public PanelPool(int threads) {
    if (threads < 1) {
      throw new IllegalArgumentException("threads must be at least 1: " + threads);
    }
    this.threads = threads;
    AtomicInteger number = new AtomicInteger();
    this.executor =
        threads == 1
            ? null
            : Executors.newFixedThreadPool(
                threads,
                runnable -> {
                  Thread thread = new Thread(runnable, "trawl-panel-" + number.getAndIncrement());
                  thread.setDaemon(true);
                  return thread;
                });
  }

  /** The number of panels that run at one time. */
  public int threads() {
    return threads;
  }

  /**
   * The results of {@code panel} for 0 … {@code count} − 1, in that order.
   *
   * @throws CancellationException if the calling thread is interrupted; its interrupt status stays
   */
  public <T> List<T> map(int count, IntFunction<T> panel) {
    List<T> results = new ArrayList<>(count);
    if (executor == null || count == 1) {
      for (int i = 0; i < count; i++) {
        if (Thread.currentThread().isInterrupted()) {
          throw new CancellationException("interrupted before panel " + i + " of " + count);
        }
        results.add(panel.apply(i));
      }
      return results;
    }
    List<Future<T>> futures = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      int index = i;
      futures.add(executor.submit(() -> panel.apply(index)));
    }
    try {
      for (Future<T> future : futures) {
        results.add(future.get());
      }
      return results;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CancellationException("interrupted while waiting for " + count + " panels");
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException failure) {
        throw failure;
      }
      if (e.getCause() instanceof Error failure) {
        throw failure;
      }
      throw new IllegalStateException(e.getCause());
    } finally {
      drain(futures);
    }
  }

  /**
   * Waits until no panel runs any more: the caller frees the memory that panels work on. Only does
   * something after a failure.
   */
  private static <T> void drain(List<Future<T>> futures) {
    futures.forEach(future -> future.cancel(false));
    boolean interrupted = false;
    for (Future<T> future : futures) {
      while (!future.isDone() || future.isCancelled()) {
        if (future.isCancelled()) {
          break;
        }
        try {
          Thread.sleep(1);
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    if (executor != null) {
      executor.shutdown();
    }
  }
}
