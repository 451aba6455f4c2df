package io.github.trawl.spark;

import org.apache.spark.SparkConf;
import org.apache.spark.SparkContext;

/** How many tasks a process of this application runs at a time. */
public final class TaskSlots {
  private TaskSlots() {}

  /** All cores of a local master, those of an executor elsewhere, by the cores of a task. */
  public static int of(SparkContext spark) {
    SparkConf conf = spark.conf();
    int cores =
        spark.isLocal() ? spark.defaultParallelism() : conf.getInt("spark.executor.cores", 1);
    return Math.max(1, cores / conf.getInt("spark.task.cpus", 1));
  }
}
