package io.github.trawl.spark;

import java.util.concurrent.atomic.AtomicLong;
import org.apache.spark.TaskContext;

/** The attempt of a Spark task that runs in this thread. */
public final class TaskAttempt {
  private static final AtomicLong OF_DRIVER = new AtomicLong();

  private TaskAttempt() {}

  /** A name that no other attempt of the application has; outside of tasks a new one each time. */
  public static String name() {
    TaskContext context = TaskContext.get();
    return context == null
        ? "driver-" + OF_DRIVER.incrementAndGet()
        : "attempt-" + context.taskAttemptId();
  }
}
