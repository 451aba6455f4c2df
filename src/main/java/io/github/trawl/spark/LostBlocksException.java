package io.github.trawl.spark;

/**
 * Thrown if a partition of a persisted RDD without lineage is lost: all executors that kept it are
 * gone, and it can't be computed again.
 */
public final class LostBlocksException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  LostBlocksException(String name, Exception cause) {
    super("the executors that kept a part of '" + name + "' are gone", cause);
  }
}
