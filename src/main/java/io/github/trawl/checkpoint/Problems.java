package io.github.trawl.checkpoint;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.github.trawl.ErrorCategory;
import io.github.trawl.TrawlException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.net.URI;
import org.apache.hadoop.fs.Path;

/** Builds one-line errors from parts that may hold anything. */
public final class Problems {
  private static final int LONGEST_NAME = 120;
  private static final int LONGEST_CAUSE = 300;

  private Problems() {}

  /** An input at {@code where} that can't be used. */
  public static TrawlException badInput(String where, String what) {
    return badInput(where, what, null);
  }

  /** An input at {@code where} that can't be used, with what led to it. */
  public static TrawlException badInput(String where, String what, Throwable cause) {
    return new TrawlException(ErrorCategory.BAD_INPUT, where + ": " + what, cause);
  }

  /** A wrong flag, or one that does not fit what is at {@code where}. */
  public static TrawlException usage(String where, String what) {
    return usage(where, what, null);
  }

  static TrawlException usage(String where, String what, Throwable cause) {
    return new TrawlException(ErrorCategory.USAGE, where + ": " + what, cause);
  }

  /** A failure to read {@code where}; {@code action} says what, such as "cannot open". */
  public static TrawlException reading(Path where, String action, IOException cause) {
    if (cause instanceof FileNotFoundException) {
      return badInput(
          show(where),
          action + ": " + oneLine(cause) + "; check the path and its permissions",
          cause);
    }
    return storage(where, action, cause);
  }

  /** A failure of the storage; {@code action} says at what, such as "cannot write". */
  public static TrawlException storage(Path where, String action, IOException cause) {
    return new TrawlException(
        ErrorCategory.SYSTEM,
        show(where) + ": " + action + ": " + oneLine(cause) + "; check the storage and run again",
        cause);
  }

  /** The name in quotes, without control characters, cut where it is very long. */
  public static String quote(String name) {
    return "'" + plain(name, LONGEST_NAME) + "'";
  }

  /** The path without credentials. */
  public static String show(Path path) {
    URI uri = path.toUri();
    String text = path.toString();
    if (uri.getRawUserInfo() != null) {
      text = text.replace(uri.getRawUserInfo() + "@", "***@");
    }
    return plain(text, Integer.MAX_VALUE);
  }

  /** The cause's own words on one line, without what only a programmer could do about it. */
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
