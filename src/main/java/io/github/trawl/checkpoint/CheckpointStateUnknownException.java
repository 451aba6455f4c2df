package io.github.trawl.checkpoint;

import io.github.trawl.ErrorCategory;
import io.github.trawl.TrawlException;

/**
 * Thrown if it is unknown whether a rename or the completion of an upload, by which files are
 * published or an earlier output is put aside, has happened or still will: neither the storage's
 * answer nor a look at source and target tells.
 *
 * <p>Nothing is undone or cleaned up then, since the files may lie at either place.
 */
public final class CheckpointStateUnknownException extends TrawlException {
  private static final long serialVersionUID = 1L;

  CheckpointStateUnknownException(String message, Throwable cause) {
    super(ErrorCategory.SYSTEM, message, cause);
  }
}
