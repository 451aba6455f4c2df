package io.github.trawl.decomposition;

import io.github.trawl.tensor.Panels;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntFunction;

/**
 * Runs the panels of a pass on a fixed number of threads, the caller's among them, and returns
 * their results in panel order, so that what is computed from them does not depend on the number of
 * threads.
 */
public final class PanelPool implements AutoCloseable {
  private final int threads;
  private final ExecutorService helpers;

  /** Creates a pool of {@code threads} threads, one of which is the caller's. */
  public PanelPool(int threads) {
    if (threads < 1) {
      throw new IllegalArgumentException("threads must be at least 1: " + threads);
    }
    this.threads = threads;
    AtomicInteger number = new AtomicInteger();
    this.helpers =
        threads == 1
            ? null
            : Executors.newFixedThreadPool(
                threads - 1,
                runnable -> {
                  Thread thread = new Thread(runnable, "trawl-panel-" + number.getAndIncrement());
                  thread.setDaemon(true);
                  return thread;
                });
  }

  /** The largest number of panels that run at one time. */
  public int threads() {
    return threads;
  }

  /**
   * Applies {@code panel} to 0 … {@code count} − 1 and returns the results in that order. Throws
   * the first exception that a panel throws, and begins no further panel after it. When this method
   * returns or throws, no panel is running.
   *
   * @throws CancellationException if the calling thread is interrupted before the last panel has
   *     begun; its interrupt status stays
   */
  public <T> List<T> map(int count, IntFunction<T> panel) {
    PanelRun<T> run = new PanelRun<>(count, panel);
    for (int helper = 1; helper < Math.min(threads, count); helper++) {
      helpers.execute(run::work);
    }
    run.work();
    return run.results();
  }

  /** The results of {@code work} for each of the panels, in their order, as {@link #map}. */
  <T> List<T> map(Panels panels, PanelWork<T> work) {
    return map(panels.count(), panel -> work.run(panels.start(panel), panels.size(panel)));
  }

  /** Runs {@code task} for each of the panels, as {@link #map}. */
  void forEach(Panels panels, PanelTask task) {
    map(
        panels,
        (start, size) -> {
          task.run(start, size);
          return null;
        });
  }

  /** Work on the panel of {@code size} rows or columns from {@code start} on, with a result. */
  @FunctionalInterface
  interface PanelWork<T> {
    T run(int start, int size);
  }

  /** Work on the panel of {@code size} rows or columns from {@code start} on. */
  @FunctionalInterface
  interface PanelTask {
    void run(int start, int size);
  }

  @Override
  public void close() {
    if (helpers != null) {
      helpers.shutdown();
    }
  }

  /** The panels of one call. */
  private static final class PanelRun<T> {
    private final int count;
    private final IntFunction<T> panel;
    private final List<T> results;
    private final Thread caller = Thread.currentThread();
    private int next;
    private int running;
    private Throwable failure;

    PanelRun(int count, IntFunction<T> panel) {
      this.count = count;
      this.panel = panel;
      this.results = new ArrayList<>(Collections.nCopies(count, null));
    }

    /** Runs panels until none is left to begin. */
    void work() {
      for (int index = begin(); index >= 0; index = begin()) {
        try {
          T result = panel.apply(index);
          end(index, result, null);
        } catch (RuntimeException | Error e) {
          end(index, null, e);
        }
      }
    }

    /** Waits for the panels that run on other threads. */
    synchronized List<T> results() {
      boolean interrupted = false;
      while (running > 0) {
        try {
          wait();
        } catch (InterruptedException e) {
          interrupted = true;
          cancel("interrupted while waiting for " + count + " panels");
        }
      }
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
      if (failure instanceof Error error) {
        throw error;
      }
      if (failure instanceof RuntimeException exception) {
        throw exception;
      }
      return results;
    }

    private synchronized int begin() {
      if (Thread.currentThread() == caller && caller.isInterrupted()) {
        cancel("interrupted before panel " + next + " of " + count);
      }
      if (failure != null || next == count) {
        return -1;
      }
      running++;
      return next++;
    }

    private synchronized void end(int index, T result, Throwable thrown) {
      results.set(index, result);
      if (failure == null) {
        failure = thrown;
      }
      running--;
      notifyAll();
    }

    private void cancel(String reason) {
      if (failure == null && next < count) {
        failure = new CancellationException(reason);
      }
    }
  }
}
