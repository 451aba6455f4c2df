package io.github.trawl.distributed;

import java.util.List;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.storage.BlockManagerId;
import scala.jdk.javaapi.CollectionConverters;

/**
 * What of a cluster is there now.
 *
 * @param executors the processes that run tasks, as {@link #location} names them; empty while none
 *     has registered
 * @param slots tasks that they run at a time, at least 1
 * @param ranges tasks that a pass over a tensor is divided into
 */
record ClusterSize(List<String> executors, int slots, int ranges) {

  /** That of the application now. */
  static ClusterSize of(JavaSparkContext spark) {
    SparkConf conf = spark.getConf();
    List<String> executors =
        CollectionConverters.asJava(spark.env().blockManager().master().getMemoryStatus())
            .keySet()
            .stream()
            // In local mode the driver is the one that runs tasks.
            .filter(process -> spark.isLocal() || !process.isDriver())
            .map(ClusterSize::location)
            .sorted()
            .toList();
    int cores = spark.defaultParallelism();
    int slots =
        conf.contains("spark.default.parallelism")
            ? cores
            : Math.max(1, cores / conf.getInt("spark.task.cpus", 1));
    return new ClusterSize(executors, slots, mayGrow(conf, executors.size()) ? 2 * slots : slots);
  }

  /** Spark adds executors where tasks wait for one; with a task for each core none would wait. */
  private static boolean mayGrow(SparkConf conf, int executors) {
    return conf.getBoolean("spark.dynamicAllocation.enabled", false)
        && executors < conf.getInt("spark.dynamicAllocation.maxExecutors", Integer.MAX_VALUE);
  }

  /** How Spark writes that a task should run in one executor. */
  static String location(BlockManagerId executor) {
    return "executor_" + executor.host() + "_" + executor.executorId();
  }

  /** The same executors with another number of tasks. */
  ClusterSize withTasks(int tasks) {
    return new ClusterSize(executors, tasks, tasks);
  }
}
