package io.github.trawl.checkpoint;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.github.trawl.ErrorCategory;
import io.github.trawl.TrawlException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.net.URI;
import org.apache.hadoop.fs.Path;

/**
 * Builds errors of one line from texts that may hold control characters or be very long, and from
 * paths that may hold credentials.
 */
public final class Problems {
  private static final int LONGEST_NAME = 120;
  private static final int LONGEST_CAUSE = 300;

  private Problems() {}

  /** Returns the error that the input at {@code where} can't be used. */
  public static TrawlException badInput(String where, String what) {
    return badInput(where, what, null);
  }

  /** Returns the error that the input at {@code where} can't be used, with its cause. */
  public static TrawlException badInput(String where, String what, Throwable cause) {
    return new TrawlException(ErrorCategory.BAD_INPUT, where + ": " + what, cause);
  }

  /**
   * Returns the error that a flag is wrong; {@code where} is the flag or the path that it names.
   */
  public static TrawlException usage(String where, String what) {
    return usage(where, what, null);
  }

  static TrawlException usage(String where, String what, Throwable cause) {
    return new TrawlException(ErrorCategory.USAGE, where + ": " + what, cause);
  }

  /**
   * Returns the error that {@code where} can't be read: a bad input if it is not there, else a
   * failure of the storage.
   *
   * @param action what failed, such as "cannot open"
   */
  public static TrawlException reading(Path where, String action, IOException cause) {
    if (cause instanceof FileNotFoundException) {
      return badInput(
          show(where),
          action + ": " + oneLine(cause) + "; check the path and its permissions",
          cause);
    }
    return storage(where, action, cause);
  }

  /**
   * Returns the error that the storage failed.
   *
   * @param action what failed, such as "cannot write"
   */
  public static TrawlException storage(Path where, String action, IOException cause) {
    return new TrawlException(
        ErrorCategory.SYSTEM,
        show(where) + ": " + action + ": " + oneLine(cause) + "; check the storage and run again",
        cause);
  }

  /** Returns the name in quotes, with control characters escaped, and cut if it is very long. */
  public static String quote(String name) {
    return "'" + plain(name, LONGEST_NAME) + "'";
  }

  /** Returns the path without credentials, with control characters escaped. */
  public static String show(Path path) {
    return show(path.toString());
  }

  /** Returns the URI without credentials, with control characters escaped. */
  public static String show(URI uri) {
    return show(uri.toString());
  }

  private static String show(String location) {
    return plain(Credentials.hidden(location), Integer.MAX_VALUE);
  }

  /**
   * Returns the first line of an exception's message, without the hints to programmers that Jackson
   * adds; the name of its class if it has no message.
   */
  public static String oneLine(Throwable cause) {
    String message =
        cause instanceof JsonProcessingException json
            ? json.getOriginalMessage().replaceFirst("[:,]? ?enable `\\w+\\.\\w+` to allow", "")
            : cause.getMessage();
    return message == null
        ? cause.getClass().getSimpleName()
        : plain(message.lines().findFirst().orElse(""), LONGEST_CAUSE);
  }

  private static String plain(String text, int longest) {
    StringBuilder plain = new StringBuilder();
    int shown = Math.min(text.length(), longest);
    for (int i = 0; i < shown; i++) {
      char character = text.charAt(i);
      boolean lineBreak = character == '\u2028' || character == '\u2029';
      if (Character.isISOControl(character) || lineBreak) {
        plain.append(String.format("\\u%04x", (int) character));
      } else {
        plain.append(character);
      }
    }
    if (shown < text.length()) {
      plain.append("… (").append(text.length()).append(" characters)");
    }
    return plain.toString();
  }
}
