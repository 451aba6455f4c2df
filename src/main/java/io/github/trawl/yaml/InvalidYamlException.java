package io.github.trawl.yaml;

/**
 * Text that is no plain YAML; the message is one line that starts with the line number, if known.
 */
public final class InvalidYamlException extends Exception {
  private static final long serialVersionUID = 1L;

  InvalidYamlException(String message, Throwable cause) {
    super(message, cause);
  }
}
