package io.github.trawl.solve;

import io.github.trawl.ErrorCategory;
import io.github.trawl.TrawlException;
import io.github.trawl.linalg.OffHeapMemoryException;
import java.util.Optional;

/**
 * Tells the failure of a stack, which would be the same on another day, from that of the storage or
 * the cluster: the stack has values that are not finite, or products of them overflow; it needs
 * more memory than a process may use; or its options do not fit it.
 */
final class StackFailure {
  private StackFailure() {}

  /**
   * The failure of the stack that led to {@code failure}; empty if something else failed, such as
   * the storage or the cluster.
   *
   * @param stack its name
   */
  static Optional<TrawlException> in(String stack, Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof ArithmeticException arithmetic) {
        return Optional.of(notFinite(stack, arithmetic));
      }
      if (cause instanceof TrawlException known
          && (known.category() != ErrorCategory.SYSTEM
              || known instanceof OffHeapMemoryException)) {
        return Optional.of(known);
      }
    }
    return Optional.empty();
  }

  private static TrawlException notFinite(String stack, ArithmeticException cause) {
    return new TrawlException(
        ErrorCategory.BAD_INPUT,
        "stack %s can't be decomposed (%s): its values, or products of them, are not finite; leave it out or mend the weights"
            .formatted(stack, cause.getMessage()),
        cause);
  }
}
