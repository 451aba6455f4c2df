package io.github.trawl;

import java.util.Objects;

/**
 * A failure that the user can act on. Its message is one line: what is wrong, where (file, tensor,
 * key) and what to do about it.
 *
 * <p>Programming errors are not reported this way; they stay {@link IllegalArgumentException} or
 * {@link IllegalStateException}.
 */
public class TrawlException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final ErrorCategory category;

  /** A failure of {@code category} described by {@code message}. */
  public TrawlException(ErrorCategory category, String message) {
    this(category, message, null);
  }

  /** A failure of {@code category} described by {@code message}, with its cause. */
  public TrawlException(ErrorCategory category, String message, Throwable cause) {
    super(message, cause);
    this.category = Objects.requireNonNull(category, "category");
  }

  /** Returns the kind of failure, which determines the exit code of the process. */
  public ErrorCategory category() {
    return category;
  }
}
