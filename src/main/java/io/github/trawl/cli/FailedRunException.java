package io.github.trawl.cli;

/**
 * A run that failed and has said why; without a stack trace, as cluster managers print it whole.
 */
final class FailedRunException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  FailedRunException(String line, int exitCode) {
    super(line + " (exit code " + exitCode + ")", null, false, false);
  }
}
