package io.github.trawl.checkpoint;

import io.github.trawl.ErrorCategory;
import io.github.trawl.TrawlException;

/**
 * The storage did not report whether a checkpoint was published, and looking for it gave no answer
 * either.
 *
 * <p>Nothing is cleaned up then: either the output is complete, or the staging directory is.
 */
public final class CheckpointStateUnknownException extends TrawlException {
  private static final long serialVersionUID = 1L;

  CheckpointStateUnknownException(String message, Throwable cause) {
    super(ErrorCategory.SYSTEM, message, cause);
  }
}
