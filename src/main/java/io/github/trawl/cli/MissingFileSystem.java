package io.github.trawl.cli;

import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.hadoop.util.VersionInfo;

/**
 * Suggests a remedy if Hadoop knows the file system of a URI, but the jar with its class is not on
 * the class path.
 */
final class MissingFileSystem {
  private static final Pattern CLASS =
      Pattern.compile("(org\\.apache\\.hadoop\\.fs\\.([a-z0-9]+)\\.[\\w.$]+)");

  /** Hadoop's artifacts, by the file system's package in {@code org.apache.hadoop.fs}. */
  private static final Map<String, String> ARTIFACTS =
      Map.of(
          "s3a", "hadoop-aws",
          "azurebfs", "hadoop-azure",
          "azure", "hadoop-azure",
          "gs", "hadoop-gcp",
          "aliyun", "hadoop-aliyun",
          "cosn", "hadoop-cos",
          "obs", "hadoop-huaweicloud");

  private MissingFileSystem() {}

  /** Returns the remedy if {@code failure} was caused by such a missing class; else empty. */
  static Optional<String> remedy(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof ClassNotFoundException || cause instanceof NoClassDefFoundError) {
        Matcher name = CLASS.matcher(String.valueOf(cause.getMessage()).replace('/', '.'));
        if (name.find() && ARTIFACTS.containsKey(name.group(2))) {
          return Optional.of(
              "%s is not on the class path; give --packages org.apache.hadoop:%s:%s before the command"
                  .formatted(
                      name.group(1), ARTIFACTS.get(name.group(2)), VersionInfo.getVersion()));
        }
      }
    }
    return Optional.empty();
  }
}
