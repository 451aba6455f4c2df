package io.github.trawl.factors;

import io.github.trawl.ErrorCategory;
import io.github.trawl.TrawlException;
import io.github.trawl.checkpoint.Problems;
import io.github.trawl.checkpoint.Storage;
import java.io.IOException;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/**
 * A location of factors, and which of its decompositions is wanted.
 *
 * @param path the directory or file
 * @param member the name of the decomposition; empty for all
 */
public record NamedLocation(Path path, String member) {
  /** Separates a location from the name of a decomposition. */
  static final char SEPARATOR = '#';

  /**
   * Parses {@code PATH} or {@code PATH#MEMBER}. A {@code #} before the last slash is part of the
   * path, as is any if there is a file or directory of the whole name.
   *
   * @throws TrawlException of category {@code BAD_INPUT} if it is no path; {@code SYSTEM} if the
   *     storage fails
   */
  public static NamedLocation parse(String location, Configuration hadoop) {
    int mark = location.lastIndexOf(SEPARATOR);
    if (mark <= location.lastIndexOf('/') || exists(path(location), hadoop)) {
      return new NamedLocation(path(location), "");
    }
    return new NamedLocation(path(location.substring(0, mark)), location.substring(mark + 1));
  }

  /** Returns the path of a location without the name of a decomposition. */
  static Path path(String location) {
    try {
      return new Path(location);
    } catch (IllegalArgumentException e) {
      throw new TrawlException(
          ErrorCategory.BAD_INPUT,
          "factors '%s' are no path (%s); give the output of trawl denoise"
              .formatted(location, Problems.oneLine(e)),
          e);
    }
  }

  private static boolean exists(Path path, Configuration hadoop) {
    try {
      return Storage.open(path, hadoop).exists(path);
    } catch (IOException e) {
      throw Problems.reading(path, "cannot look for", e);
    }
  }
}
