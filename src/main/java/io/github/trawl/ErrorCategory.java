package io.github.trawl;

/** Kinds of failure, each with the exit code with which the process ends. */
public enum ErrorCategory {
  /**
   * The environment failed (storage, cluster, memory), the run was interrupted, or something
   * unexpected happened.
   */
  SYSTEM(1),
  /** A wrong flag or configuration. */
  USAGE(2),
  /** An unreadable, inconsistent or unsupported input. */
  BAD_INPUT(3),
  /**
   * A sweep is not complete: edits of its grid failed or are missing, or a stop rule ended the run.
   */
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
