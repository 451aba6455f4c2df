package io.github.trawl.cli;

/**
 * Thrown by {@link Main#main} for a run whose failure was already printed. It has no stack trace,
 * because cluster managers would print the trace in full.
 */
final class FailedRunException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  FailedRunException(String line, int exitCode) {
    super(line + " (exit code " + exitCode + ")", null, false, false);
  }
}
