package io.github.trawl.linalg;

import io.github.trawl.ErrorCategory;
import io.github.trawl.TrawlException;

/** Thrown if the off-heap memory that a process may use does not suffice for a matrix. */
public final class OffHeapMemoryException extends TrawlException {
  private static final long serialVersionUID = 1L;

  private final boolean limit;

  OffHeapMemoryException(String message, boolean limit) {
    super(ErrorCategory.SYSTEM, message);
    this.limit = limit;
  }

  /**
   * Whether the limit is what was exceeded; else the operating system had no more memory, which may
   * pass.
   */
  public boolean isOfLimit() {
    return limit;
  }
}
