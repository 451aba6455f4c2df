package io.github.trawl.convert;

import io.github.trawl.ErrorCategory;
import io.github.trawl.TrawlException;
import io.github.trawl.checkpoint.Credentials;
import org.apache.hadoop.fs.Path;

/** Builds the one-line errors of this package. */
final class BadInput {
  private static final int LONGEST_QUOTE = 120;

  private static final String LINE_BREAKS = "[\\p{Cntrl}\\u2028\\u2029]";

  private BadInput() {}

  /** The error for a file whose content contradicts its format or its own metadata. */
  static TrawlException damaged(String file, String problem) {
    return of(file + ": " + problem + "; the file is damaged or incomplete, fetch it again");
  }

  /** The error for an input that is intact, but that the importer cannot turn into a checkpoint. */
  static TrawlException of(String message) {
    return new TrawlException(ErrorCategory.BAD_INPUT, message);
  }

  /** Like {@link #of(String)}, with the cause. */
  static TrawlException of(String message, Throwable cause) {
    return new TrawlException(ErrorCategory.BAD_INPUT, message, cause);
  }

  /** {@code path} on one line, without credentials. */
  static String show(Path path) {
    return Credentials.hidden(path.toString()).replaceAll(LINE_BREAKS, "?");
  }

  /** {@code text} from a file, fit for a one-line message: no control characters, not too long. */
  static String quote(String text) {
    String clean = text.replaceAll(LINE_BREAKS, "?");
    return clean.length() <= LONGEST_QUOTE ? clean : clean.substring(0, LONGEST_QUOTE) + "...";
  }
}
