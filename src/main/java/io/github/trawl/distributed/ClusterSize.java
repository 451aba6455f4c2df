package io.github.trawl.distributed;

import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;

/**
 * What of a cluster is there now.
 *
 * @param executors processes that run tasks; 0 while none has registered
 * @param slots tasks that they run at a time, at least 1
 * @param ranges tasks that a pass over a tensor is divided into
 */
record ClusterSize(int executors, int slots, int ranges) {

  /** That of the application now. */
  static ClusterSize of(JavaSparkContext spark) {
    SparkConf conf = spark.getConf();
    // The driver is one of them, and in local mode the only one.
    int processes = spark.sc().statusTracker().getExecutorInfos().length;
    int executors = spark.isLocal() ? 1 : processes - 1;
    int cores = spark.defaultParallelism();
    int slots =
        conf.contains("spark.default.parallelism")
            ? cores
            : Math.max(1, cores / conf.getInt("spark.task.cpus", 1));
    return new ClusterSize(executors, slots, mayGrow(conf, executors) ? 2 * slots : slots);
  }

  /** Spark adds executors where tasks wait for one; with a task for each core none would wait. */
  private static boolean mayGrow(SparkConf conf, int executors) {
    return conf.getBoolean("spark.dynamicAllocation.enabled", false)
        && executors < conf.getInt("spark.dynamicAllocation.maxExecutors", Integer.MAX_VALUE);
  }

  /** The same executors with another number of tasks. */
  ClusterSize withTasks(int tasks) {
    return new ClusterSize(executors, tasks, tasks);
  }
}
