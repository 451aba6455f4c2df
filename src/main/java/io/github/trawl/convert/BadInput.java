package io.github.trawl.convert;

import io.github.trawl.ErrorCategory;
import io.github.trawl.TrawlException;

/** Builds the one-line errors of this package. */
final class BadInput {
  private static final int LONGEST_QUOTE = 120;

  private BadInput() {}

  /** A file that cannot be what it claims to be. */
  static TrawlException damaged(String file, String problem) {
    return of(file + ": " + problem + "; the file is damaged or incomplete, fetch it again");
  }

  /** A file that is whole but not what the importer can turn into a checkpoint. */
  static TrawlException of(String message) {
    return new TrawlException(ErrorCategory.BAD_INPUT, message);
  }

  /** Like {@link #of(String)}, with what led to it. */
  static TrawlException of(String message, Throwable cause) {
    return new TrawlException(ErrorCategory.BAD_INPUT, message, cause);
  }

  /** {@code text} from a file, fit for a one-line message: no control characters, not too long. */
  static String quote(String text) {
    String clean = text.replaceAll("[\\p{Cntrl}\\u2028\\u2029]", "?");
    return clean.length() <= LONGEST_QUOTE ? clean : clean.substring(0, LONGEST_QUOTE) + "...";
  }
}
