package io.github.trawl.spark;

/** Thrown if all executors that kept some partition of a persisted RDD without lineage are gone. */
public final class LostBlocksException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  LostBlocksException(String name, Exception cause) {
    super("the executors that kept a part of '" + name + "' are gone", cause);
  }
}
