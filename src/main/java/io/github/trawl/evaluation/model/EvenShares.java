package io.github.trawl.evaluation.model;

import java.util.function.UnaryOperator;

/**
 * Limits the threads of element-wise functions whose vector code rounds differently from their
 * scalar code, so that results do not depend on the number of threads that are available. PyTorch
 * divides the elements evenly among its threads; those after the last whole vector of a share, or
 * of a row, are computed by scalar code. If shares and rows consist of whole vectors, all elements
 * are computed by vector code, with one thread or several.
 */
final class EvenShares {
  /** A multiple of the number of elements that vector code takes at a time, on any processor. */
  private static final long VECTOR_MULTIPLE = 64;

  /**
   * If there are at least this many elements for each thread, every PyTorch function uses all
   * threads (at::internal::GRAIN_SIZE; GELU uses them all for fewer elements, too).
   */
  private static final long GRAIN_SIZE = 32_768;

  private EvenShares() {}

  /** Applies an element-wise function in as many threads as change no bit. */
  static NativeTensor apply(NativeTensor input, UnaryOperator<NativeTensor> function) {
    int available = TorchEngine.currentThreads();
    int harmless = threads(input.count(), input.size(-1), available);
    return harmless == available
        ? function.apply(input)
        : TorchEngine.withThreads(harmless, () -> function.apply(input));
  }

  /**
   * Returns the most threads, up to {@code available}, whose shares surely consist of whole
   * vectors; 1 if there is no such number.
   *
   * @param count all elements
   * @param row the elements of a row, the last dimension
   */
  static int threads(long count, long row, int available) {
    for (int threads = available; threads > 1; threads--) {
      if (isWholeVectors(row)
          && count % (threads * VECTOR_MULTIPLE) == 0
          && count >= threads * GRAIN_SIZE) {
        return threads;
      }
    }
    return 1;
  }

  /** Returns whether rows of so many elements consist of whole vectors on any processor. */
  static boolean isWholeVectors(long row) {
    return row % VECTOR_MULTIPLE == 0;
  }
}
