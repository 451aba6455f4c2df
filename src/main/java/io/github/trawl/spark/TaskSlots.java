package io.github.trawl.spark;

import org.apache.spark.SparkConf;
import org.apache.spark.SparkContext;

/** How many tasks a process of this application runs at a time. */
public final class TaskSlots {
  private TaskSlots() {}

  /**
   * Returns the number of tasks that a process runs at a time, at least 1: the cores of a local
   * master, or else those of an executor, divided by {@code spark.task.cpus}.
   */
  public static int of(SparkContext spark) {
    SparkConf conf = spark.conf();
    int cores =
        spark.isLocal() ? spark.defaultParallelism() : conf.getInt("spark.executor.cores", 1);
    return Math.max(1, cores / conf.getInt("spark.task.cpus", 1));
  }
}
