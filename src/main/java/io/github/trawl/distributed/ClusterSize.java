package io.github.trawl.distributed;

import io.github.trawl.spark.TaskSlots;
import java.util.List;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.storage.BlockManagerId;
import scala.jdk.javaapi.CollectionConverters;

/**
 * The executors of an application at one moment.
 *
 * @param executors the processes that run tasks, as {@link #location} names them; empty while none
 *     has registered
 * @param slots the number of tasks that they run at a time, at least 1; or the setting {@code
 *     spark.default.parallelism}, where there is one
 * @param tasksPerPass the number of tasks that a pass over a tensor is divided into
 */
record ClusterSize(List<String> executors, int slots, int tasksPerPass) {

  /** Returns the executors that the application has now. */
  static ClusterSize of(JavaSparkContext spark) {
    SparkConf conf = spark.getConf();
    List<String> executors =
        CollectionConverters.asJava(spark.env().blockManager().master().getMemoryStatus())
            .keySet()
            .stream()
            // In local mode the driver runs the tasks.
            .filter(process -> spark.isLocal() || !process.isDriver())
            .map(ClusterSize::location)
            .sorted()
            .toList();
    // Who sets the parallelism chooses how many tasks a pass is divided into.
    int slots = conf.getInt("spark.default.parallelism", TaskSlots.ofAll(spark.sc()));
    return new ClusterSize(executors, slots, mayGrow(conf, executors.size()) ? 2 * slots : slots);
  }

  /**
   * Returns whether Spark may add executors. A pass is then divided into more tasks than slots,
   * because Spark adds executors only while tasks wait for one.
   */
  private static boolean mayGrow(SparkConf conf, int executors) {
    return conf.getBoolean("spark.dynamicAllocation.enabled", false)
        && executors < conf.getInt("spark.dynamicAllocation.maxExecutors", Integer.MAX_VALUE);
  }

  /** Returns the name of an executor in the preferred locations of an RDD's partitions. */
  static String location(BlockManagerId executor) {
    return "executor_" + executor.host() + "_" + executor.executorId();
  }
}
