package io.github.trawl.spark;

import io.github.trawl.ErrorCategory;
import io.github.trawl.TrawlException;
import org.apache.hadoop.util.ShutdownHookManager;

/** Turns the failure of a Spark job into the error to report. */
public final class JobFailure {
  private JobFailure() {}

  /**
   * Returns the error to throw instead of {@code failure}.
   *
   * <p>If the process was told to end, which stops Spark's jobs, the error says that the run was
   * interrupted. Otherwise it is the first {@link TrawlException} among {@code failure} and its
   * causes; without one {@code failure} itself if that is unchecked; and for Spark's checked
   * exception a new one with the first line of its message.
   *
   * @param work what the job does, in words for the user
   */
  public static RuntimeException of(String work, Exception failure) {
    if (isShuttingDown()) {
      // An output is published only after its jobs, and the staging directory is removed when the
      // process ends. SweepJob, which keeps finished work, replaces this message by its own.
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

  /** Returns whether the process was told to end, which makes running jobs fail. */
  public static boolean isShuttingDown() {
    return ShutdownHookManager.get().isShutdownInProgress();
  }
}
