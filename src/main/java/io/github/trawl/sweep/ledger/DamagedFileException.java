package io.github.trawl.sweep.ledger;

/** Thrown if a file could be read but does not hold what was written. */
final class DamagedFileException extends Exception {
  private static final long serialVersionUID = 1L;

  /** Creates an exception whose message continues a sentence that begins with "the file". */
  DamagedFileException(String message) {
    super(message);
  }

  DamagedFileException(String message, Throwable cause) {
    super(message, cause);
  }
}
