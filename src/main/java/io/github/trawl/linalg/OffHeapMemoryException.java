package io.github.trawl.linalg;

import io.github.trawl.ErrorCategory;
import io.github.trawl.TrawlException;

/** Thrown if the off-heap memory that a process may use does not suffice for a matrix. */
public final class OffHeapMemoryException extends TrawlException {
  private static final long serialVersionUID = 1L;

  OffHeapMemoryException(String message) {
    super(ErrorCategory.SYSTEM, message);
  }
}
