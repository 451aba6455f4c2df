package io.github.trawl.evaluation.task;

/** A row that does not fit its task; the message says why, without naming task and row. */
final class IllegalRowException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  IllegalRowException(String message) {
    super(message);
  }
}
