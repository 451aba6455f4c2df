package io.github.trawl.evaluation.model;

import io.github.trawl.ErrorCategory;
import io.github.trawl.TrawlException;
import java.util.Locale;

/** Explains to the user that PyTorch ran out of memory. */
public final class MemoryFailure {
  private MemoryFailure() {}

  /**
   * Returns the exception to throw instead of {@code failure}.
   *
   * @param model the name of the model that was being loaded or run
   * @return one line with a remedy if PyTorch found no room, in main memory or in that of a GPU;
   *     else {@code failure} itself
   */
  public static RuntimeException explain(String model, RuntimeException failure) {
    if (failure.getClass() != RuntimeException.class || !isOutOfMemory(failure.getMessage())) {
      return failure;
    }
    return new TrawlException(
        ErrorCategory.SYSTEM,
        model
            + ": the device's memory has no room for the model and a batch; use a smaller --batch-size, or a device with more memory",
        failure);
  }

  /**
   * Recognises the words of PyTorch's allocators, whose errors have no exception type of their own
   * in Java.
   */
  private static boolean isOutOfMemory(String message) {
    String words = String.valueOf(message).toLowerCase(Locale.ROOT);
    return words.contains("out of memory") || words.contains("can't allocate memory");
  }
}
