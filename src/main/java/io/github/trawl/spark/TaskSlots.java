package io.github.trawl.spark;

import org.apache.spark.SparkContext;

/** How many tasks this application runs at a time. */
public final class TaskSlots {
  private TaskSlots() {}

  /**
   * Returns the number of tasks that a process runs at a time, at least 1: the cores of a local
   * master, or else those of an executor, divided by {@code spark.task.cpus}.
   */
  public static int of(SparkContext spark) {
    return of(
        spark,
        spark.isLocal()
            ? spark.defaultParallelism()
            : spark.conf().getInt("spark.executor.cores", 1));
  }

  /** Returns the number of tasks that all executors registered now run at a time, at least 1. */
  public static int ofAll(SparkContext spark) {
    return of(spark, spark.defaultParallelism());
  }

  private static int of(SparkContext spark, int cores) {
    return Math.max(1, cores / spark.conf().getInt("spark.task.cpus", 1));
  }
}
