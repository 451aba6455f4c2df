package io.github.trawl.evaluation.model;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * Products of a few rows with a large weight, which are memory-bound: they take as long as reading
 * the weight. OpenBLAS is limited to one thread, so that decompositions in the same process are not
 * disturbed; the outputs are divided into pieces that several threads compute. The shape alone
 * decides the pieces, so that the number of threads changes no bit.
 */
final class OutputPieces {
  /** Fewer multiplications are not worth waking another thread. */
  private static final long LEAST_OPERATIONS = 1 << 18;

  private static final ExecutorService HELPERS =
      Executors.newCachedThreadPool(
          work -> {
            Thread thread = new Thread(work, "trawl-product");
            thread.setDaemon(true);
            return thread;
          });

  private OutputPieces() {}

  /**
   * Returns x · weightᵀ.
   *
   * @param input [rows, inputs], float32 on the CPU
   * @param weight [outputs, inputs]
   * @return [rows, outputs]
   */
  static NativeTensor multiply(NativeTensor input, NativeTensor weight) {
    long outputs = weight.size(0);
    NativeTensor product = input.scope().empty(NumberType.FLOAT32, input.size(0), outputs);
    long count = pieces(input.size(0), weight.size(1), outputs);
    long width = (outputs + count - 1) / count;
    AtomicInteger next = new AtomicInteger();
    Runnable work =
        () -> {
          for (long from = width * next.getAndIncrement();
              from < outputs;
              from = width * next.getAndIncrement()) {
            piece(input, weight, product, from, Math.min(width, outputs - from));
          }
        };
    inParallel(work, (int) Math.min(count, TorchEngine.threads()));
    return product;
  }

  /**
   * Returns the number of pieces: 1 if there are few multiplications, else 4, 8 (from 2048 outputs)
   * or 16 (from 8192).
   */
  static long pieces(long rows, long inputs, long outputs) {
    if (rows * inputs * outputs < LEAST_OPERATIONS) {
      return 1;
    }
    return outputs < 2048 ? 4 : outputs < 8192 ? 8 : 16;
  }

  private static void piece(
      NativeTensor input, NativeTensor weight, NativeTensor product, long from, long width) {
    try (Tensor rows = weight.handle().narrow(0, from, width);
        Tensor transposed = rows.t();
        Tensor target = product.handle().narrow(1, from, width)) {
      torch.mm_out(target, input.handle(), transposed);
    }
  }

  /** Lets this thread and {@code threads - 1} others do {@code work}, and waits for all. */
  private static void inParallel(Runnable work, int threads) {
    // Waits for all even after a failure: the others may still write to the product.
    CompletableFuture<?>[] all =
        IntStream.range(0, threads)
            .map(i -> threads - 1 - i)
            .mapToObj(i -> start(work, i == 0 ? Runnable::run : HELPERS))
            .toArray(CompletableFuture<?>[]::new);
    try {
      CompletableFuture.allOf(all).join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof RuntimeException failure) {
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
