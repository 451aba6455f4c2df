package io.github.trawl.cli;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.spark.SparkConf;

/** Derives the number of cores of an executor from Spark's configuration. */
final class ExecutorCores {
  private static final Pattern LOCAL = Pattern.compile("local(?:\\[\\s*(\\*|\\d+).*])?");
  private static final Pattern LOCAL_CLUSTER =
      Pattern.compile("local-cluster\\[\\s*\\d+\\s*,\\s*(\\d+)\\s*,.*]");

  private ExecutorCores() {}

  /**
   * Returns the cores of a {@code local} master; for another master {@code spark.executor.cores},
   * or if that is not set, the cores of a worker of a {@code local-cluster} master, else 1.
   */
  static int of(SparkConf conf) {
    String master = conf.get("spark.master", "");
    Matcher local = LOCAL.matcher(master);
    if (local.matches()) {
      String cores = local.group(1) == null ? "1" : local.group(1);
      return cores.equals("*")
          ? Runtime.getRuntime().availableProcessors()
          : Math.max(1, Integer.parseInt(cores));
    }
    Matcher cluster = LOCAL_CLUSTER.matcher(master);
    int cores = cluster.matches() ? Integer.parseInt(cluster.group(1)) : 1;
    return conf.getInt("spark.executor.cores", cores);
  }
}
