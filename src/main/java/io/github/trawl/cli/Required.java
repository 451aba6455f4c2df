package io.github.trawl.cli;

import io.github.trawl.ErrorCategory;
import io.github.trawl.TrawlException;
import org.apache.hadoop.fs.Path;

/** Checks values that must be given, as a flag or in the configuration file. */
final class Required {
  private Required() {}

  /**
   * Returns {@code value} as a path.
   *
   * @throws TrawlException of category USAGE if {@code value} is missing or no path
   */
  static Path path(String flag, String value) {
    if (value == null || value.isBlank()) {
      throw new TrawlException(
          ErrorCategory.USAGE, "missing " + flag + ": give it as a flag or in the --config file");
    }
    try {
      return new Path(value);
    } catch (IllegalArgumentException e) {
      throw new TrawlException(
          ErrorCategory.USAGE, flag + ": '" + value + "' is no path: " + e.getMessage(), e);
    }
  }
}
