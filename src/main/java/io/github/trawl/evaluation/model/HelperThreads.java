package io.github.trawl.evaluation.model;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;

/** Threads that help the calling one with work on the CPU that PyTorch would do in one thread. */
final class HelperThreads {
  private static final ExecutorService THREADS =
      Executors.newCachedThreadPool(
          work -> {
            Thread thread = new Thread(work, "trawl-product");
            thread.setDaemon(true);
            return thread;
          });

  private HelperThreads() {}

  /**
   * Calls {@code work} for each piece from 0 to {@code pieces - 1}, in at most as many threads as
   * the latest {@link Placement} has, the calling one included, and waits for all. If a call fails,
   * its exception or error is thrown, and other pieces may be left out.
   */
  static void forEach(int pieces, IntConsumer work) {
    AtomicInteger next = new AtomicInteger();
    Runnable share =
        () -> {
          for (int i = next.getAndIncrement(); i < pieces; i = next.getAndIncrement()) {
            work.accept(i);
          }
        };
    inParallel(share, Math.min(pieces, TorchEngine.threads()));
  }

  /** Lets this thread and {@code threads - 1} others do {@code work}, and waits for all. */
  private static void inParallel(Runnable work, int threads) {
    // The calling thread, i = 0, comes last, as it works within "start". All are awaited even after
    // a failure: the others may still write to the results.
    CompletableFuture<?>[] all =
        IntStream.range(0, threads)
            .map(i -> threads - 1 - i)
            .mapToObj(i -> start(work, i == 0 ? Runnable::run : THREADS))
            .toArray(CompletableFuture<?>[]::new);
    try {
      CompletableFuture.allOf(all).join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof RuntimeException failure) {
        throw failure;
      }
      if (e.getCause() instanceof Error failure) {
        throw failure;
      }
      throw e;
    }
  }

  /**
   * Starts {@code work}. If no thread can be started, returns a completed future in place of
   * throwing, since the threads that run must be awaited all the same.
   */
  private static CompletableFuture<?> start(Runnable work, Executor executor) {
    try {
      return CompletableFuture.runAsync(work, executor);
    } catch (OutOfMemoryError e) {
      return CompletableFuture.completedFuture(null); // This thread does all that is left.
    }
  }
}
