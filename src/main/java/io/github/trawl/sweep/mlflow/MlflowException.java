package io.github.trawl.sweep.mlflow;

/** Thrown if a request to the tracking server fails. */
final class MlflowException extends Exception {
  private static final long serialVersionUID = 1L;

  MlflowException(String message) {
    super(message);
  }

  MlflowException(String message, Throwable cause) {
    super(message, cause);
  }
}
