package io.github.trawl.spark;

import org.apache.spark.SparkContext;

/** How many tasks this application runs at a time. */
public final class TaskSlots {
  /** Spark's setting of the number of partitions, where an operation is given none. */
  private static final String DEFAULT_PARALLELISM = "spark.default.parallelism";

  private TaskSlots() {}

  /**
   * Returns the number of tasks that a process runs at a time, at least 1: its cores divided by
   * {@code spark.task.cpus}. If the configuration does not set the cores of an executor, they are
   * the mean over the executors registered now.
   */
  public static int of(SparkContext spark) {
    int registered = cores(spark) / processes(spark);
    return of(
        spark,
        spark.isLocal() ? registered : spark.conf().getInt("spark.executor.cores", registered));
  }

  /**
   * Returns the number of processes that run tasks: 1 in a local run, else the number of executors
   * registered now, at least 1.
   */
  public static int processes(SparkContext spark) {
    // The driver has an entry of its own in the status.
    return spark.isLocal() ? 1 : Math.max(1, spark.getExecutorMemoryStatus().size() - 1);
  }

  /**
   * Returns the number of tasks that all executors registered now run at a time, at least 1. Cores
   * of an executor that are too few for a further task of {@code spark.task.cpus} do not count.
   */
  public static int ofAll(SparkContext spark) {
    return Math.max(1, concurrentTasks(spark));
  }

  /**
   * Returns the cores of all executors registered now, whatever {@code spark.default.parallelism}
   * says; on a cluster 2 if they are fewer, as Spark counts them. If the setting is there, at least
   * 1, and cores do not count that are too few for a further task of {@code spark.task.cpus}, or
   * for which no GPU is left where tasks take one.
   */
  public static int cores(SparkContext spark) {
    if (!spark.conf().contains(DEFAULT_PARALLELISM)) {
      return spark.defaultParallelism();
    }
    // The default parallelism is then the setting and not the cores.
    return Math.max(1, concurrentTasks(spark) * taskCores(spark));
  }

  private static int concurrentTasks(SparkContext spark) {
    return spark.maxNumConcurrentTasks(spark.resourceProfileManager().defaultResourceProfile());
  }

  private static int of(SparkContext spark, int cores) {
    return Math.max(1, cores / taskCores(spark));
  }

  private static int taskCores(SparkContext spark) {
    return spark.conf().getInt("spark.task.cpus", 1);
  }
}
