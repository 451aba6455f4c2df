package io.github.trawl.checkpoint;

import io.github.trawl.ErrorCategory;
import io.github.trawl.TrawlException;

/**
 * Thrown if it is unknown whether files were published, or an earlier output was put aside for
 * them, or whether that may still happen: neither the storage's answer nor what lies at source and
 * target settles it.
 *
 * <p>Nothing is undone or cleaned up then, since the files may lie at either place.
 */
public final class CheckpointStateUnknownException extends TrawlException {
  private static final long serialVersionUID = 1L;

  CheckpointStateUnknownException(String message, Throwable cause) {
    super(ErrorCategory.SYSTEM, message, cause);
  }
}
