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
   * interrupted. Otherwise it is the {@link TrawlException} that a task threw; for another failure
   * of a task a new one with the first line of Spark's message; and {@code failure} itself if Spark
   * had no part in it.
   *
   * @param work what the job does, in words for the user
   */
  public static RuntimeException of(String work, Exception failure) {
    if (isShuttingDown()) {
      // Jobs end before an output is published, and its staging directory is removed. A sweep,
      // which keeps what it has finished, says so instead.
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
