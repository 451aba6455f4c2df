package io.github.trawl.solve;

import io.github.trawl.ErrorCategory;
import io.github.trawl.TrawlException;
import io.github.trawl.linalg.OffHeapMemoryException;
import java.util.Optional;

/**
 * Tells a failure of the stack itself, which would recur if the stack were solved again, from a
 * failure of the storage or the cluster. A stack fails by itself if its values, or products of
 * them, are not finite, if a routine of LAPACK does not converge, if a size exceeds the range of
 * its type, if it needs more memory than a process may use, or if its options do not fit it.
 */
final class StackFailure {
  private StackFailure() {}

  /**
   * Returns the failure of the stack itself that is {@code failure} or one of its causes; empty if
   * something else failed, such as the storage or the cluster.
   *
   * @param stack the name of the stack, for the message
   */
  static Optional<TrawlException> find(String stack, Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof ArithmeticException arithmetic) {
        return Optional.of(notComputable(stack, arithmetic));
      }
      if (cause instanceof TrawlException known
          && (known.category() != ErrorCategory.SYSTEM
              || (known instanceof OffHeapMemoryException memory && memory.isOfLimit()))) {
        return Optional.of(known);
      }
    }
    return Optional.empty();
  }

  private static TrawlException notComputable(String stack, ArithmeticException cause) {
    return new TrawlException(
        ErrorCategory.BAD_INPUT,
        "stack %s can't be decomposed (%s); leave its matrices out (--matrices, --layers) or lower the rank"
            .formatted(stack, cause.getMessage()),
        cause);
  }
}
