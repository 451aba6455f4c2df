package io.github.trawl.sweep.mlflow;

/** The tracking server could not be told something. */
final class MlflowException extends Exception {
  private static final long serialVersionUID = 1L;

  MlflowException(String message) {
    super(message);
  }

  MlflowException(String message, Throwable cause) {
    super(message, cause);
  }
}
