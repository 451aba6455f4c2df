package io.github.trawl.spark;

import java.util.concurrent.atomic.AtomicLong;
import org.apache.spark.TaskContext;

/** Names the attempt of a Spark task that runs in this thread. */
public final class TaskAttempt {
  private static final AtomicLong OF_DRIVER = new AtomicLong();

  private TaskAttempt() {}

  /**
   * Returns a name that no other attempt of the application has; outside of tasks, a new name with
   * each call.
   */
  public static String name() {
    TaskContext context = TaskContext.get();
    return context == null
        ? "driver-" + OF_DRIVER.incrementAndGet()
        : "attempt-" + context.taskAttemptId();
  }
}
