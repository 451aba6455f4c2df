package io.github.trawl.distributed;

/** All executors that kept a part of B are gone; the solve has to begin again. */
final class LostColumnsException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  LostColumnsException(Exception cause) {
    super("the executors that kept the columns of a factor are gone", cause);
  }
}
