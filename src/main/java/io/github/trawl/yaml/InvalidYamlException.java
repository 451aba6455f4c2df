package io.github.trawl.yaml;

/**
 * Thrown for text that {@link SafeYaml} refuses. The message is one line; for a syntax error it
 * starts with the line number.
 */
public final class InvalidYamlException extends Exception {
  private static final long serialVersionUID = 1L;

  InvalidYamlException(String message, Throwable cause) {
    super(message, cause);
  }
}
