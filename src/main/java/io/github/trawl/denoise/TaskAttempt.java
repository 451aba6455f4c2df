package io.github.trawl.denoise;

import org.apache.spark.TaskContext;

/** The attempt of a Spark task that runs in this thread. */
final class TaskAttempt {
  private TaskAttempt() {}

  /**
   * Returns a name that no other attempt of the application has; outside of tasks the name of the
   * driver.
   */
  static String name() {
    TaskContext context = TaskContext.get();
    return context == null ? "driver" : "attempt-" + context.taskAttemptId();
  }
}
