package io.github.trawl.spark;

/** All executors that kept a part of a persisted data set without lineage are gone. */
public final class LostBlocksException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  LostBlocksException(String name, Exception cause) {
    super("the executors that kept a part of '" + name + "' are gone", cause);
  }
}
