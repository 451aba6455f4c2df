package io.github.trawl.sweep.ledger;

/** Thrown if a file could be read but does not hold what was written. */
final class DamagedException extends Exception {
  private static final long serialVersionUID = 1L;

  /** {@code message} completes "the file …". */
  DamagedException(String message) {
    super(message);
  }

  DamagedException(String message, Throwable cause) {
    super(message, cause);
  }
}
