package io.github.trawl.cli;

import io.github.trawl.ErrorCategory;
import io.github.trawl.TrawlException;
import io.github.trawl.checkpoint.Problems;
import java.io.IOException;
import java.io.InputStream;
import java.util.Properties;

/** Checks the version of the Spark that the process runs on. */
final class SparkVersion {
  private static final int OLDEST_MAJOR = 4;
  private static final String RESOURCE = "/spark-version-info.properties";

  private SparkVersion() {}

  /**
   * Refuses a Spark that is too old, before a missing class makes the run fail.
   *
   * @throws TrawlException of category SYSTEM if Spark is older than 4.0
   */
  static void check() {
    // Spark itself reads its version from this file. Unlike asking a class of Spark, reading it
    // initialises nothing.
    try (InputStream stream = SparkVersion.class.getResourceAsStream(RESOURCE)) {
      if (stream == null) {
        return;
      }
      Properties properties = new Properties();
      properties.load(stream);
      check(properties.getProperty("version", ""));
    } catch (IOException e) {
      throw new TrawlException(
          ErrorCategory.SYSTEM, "cannot read " + RESOURCE + " of Spark: " + Problems.oneLine(e), e);
    }
  }

  /**
   * Refuses a Spark that is older than 4.0.
   *
   * @param version such as {@code 3.5.1}; a text that is no version is accepted
   */
  static void check(String version) {
    String major = version.replaceFirst("\\..*", "");
    if (major.matches("\\d+") && Integer.parseInt(major) < OLDEST_MAJOR) {
      throw new TrawlException(
          ErrorCategory.SYSTEM,
          "this is Spark %s, which is too old; Trawl runs on Spark 4.0 and newer, with Scala 2.13"
              .formatted(version));
    }
  }
}
