package io.github.trawl.evaluation.task;

/** Thrown for a row that does not fit its task. Whoever catches it names the task and the row. */
final class IllegalRowException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  IllegalRowException(String message) {
    super(message);
  }
}
