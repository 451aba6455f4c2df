package io.github.trawl.spark;

import io.github.trawl.ErrorCategory;
import io.github.trawl.TrawlException;
import org.apache.hadoop.util.ShutdownHookManager;

/** Turns the failure of a Spark job into the error to report. */
public final class JobFailure {
  private JobFailure() {}

  /**
   * The error to throw in place of {@code failure}: that the run was interrupted where the process
   * was told to end, which stops Spark's jobs under way; else the {@link TrawlException} that a
   * task threw, a new one with Spark's first line where a task failed otherwise, or {@code failure}
   * itself where Spark had no part in it.
   *
   * @param work what the job does, in words for the user
   */
  public static RuntimeException of(String work, Exception failure) {
    if (isInterruption()) {
      // All jobs come before the output is published, and the staging directory is removed.
      return new TrawlException(ErrorCategory.SYSTEM, "interrupted; nothing was written", failure);
    }
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof TrawlException known) {
        return known;
      }
    }
    if (failure instanceof RuntimeException unchecked) {
      return unchecked;
    }
    // Spark's Scala code throws its checked SparkException without declaring it.
    String message = String.valueOf(failure.getMessage());
    return new TrawlException(
        ErrorCategory.SYSTEM,
        "a Spark task of '%s' failed: %s; --verbose shows where"
            .formatted(work, message.lines().findFirst().orElse("")),
        failure);
  }

  /** Whether the process was told to end, which makes jobs under way fail. */
  public static boolean isInterruption() {
    return ShutdownHookManager.get().isShutdownInProgress();
  }
}
