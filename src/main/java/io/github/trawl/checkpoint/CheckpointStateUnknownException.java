package io.github.trawl.checkpoint;

import io.github.trawl.ErrorCategory;
import io.github.trawl.TrawlException;

/**
 * Thrown if the storage does not report whether files were published, and looking for them gives no
 * answer either.
 *
 * <p>Nothing is cleaned up then, since what was written may lie in the output or still in the
 * staging directory.
 */
public final class CheckpointStateUnknownException extends TrawlException {
  private static final long serialVersionUID = 1L;

  CheckpointStateUnknownException(String message, Throwable cause) {
    super(ErrorCategory.SYSTEM, message, cause);
  }
}
