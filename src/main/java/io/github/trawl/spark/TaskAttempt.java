package io.github.trawl.spark;

import org.apache.spark.TaskContext;

/** The attempt of a Spark task that runs in this thread. */
public final class TaskAttempt {
  private TaskAttempt() {}

  /** A name that no other attempt of the application has; that of the driver outside of tasks. */
  public static String name() {
    TaskContext context = TaskContext.get();
    return context == null ? "driver" : "attempt-" + context.taskAttemptId();
  }
}
