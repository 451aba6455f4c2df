package io.github.trawl;

/** Kinds of failure, each with the exit code that the command line ends with. */
public enum ErrorCategory {
  /** The environment failed: storage, cluster, memory. */
  SYSTEM(1),
  /** A wrong flag or configuration. */
  USAGE(2),
  /** An unreadable, inconsistent or unsupported input. */
  BAD_INPUT(3),
  /** Some points of a sweep failed; the others are good. */
  PARTIAL(4);

  private final int exitCode;

  ErrorCategory(int exitCode) {
    this.exitCode = exitCode;
  }

  /** The process exit code, 1 to 4. */
  public int exitCode() {
    return exitCode;
  }
}
