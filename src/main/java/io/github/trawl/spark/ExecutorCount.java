package io.github.trawl.spark;

import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.spark.SparkConf;

/** The number of executors that an application may have, by its configuration. */
public final class ExecutorCount {
  private static final Pattern LOCAL_CLUSTER =
      Pattern.compile("local-cluster\\[\\s*(\\d+)\\s*,.*]");
  private static final String MOST = "spark.dynamicAllocation.maxExecutors";
  private static final String INSTANCES = "spark.executor.instances";

  private ExecutorCount() {}

  /**
   * Returns the most executors that the application can have at one time, a local run being one;
   * empty if the configuration does not say.
   */
  public static OptionalInt most(SparkConf conf) {
    String master = conf.get("spark.master", "");
    Matcher cluster = LOCAL_CLUSTER.matcher(master);
    if (cluster.matches()) {
      return OptionalInt.of(Integer.parseInt(cluster.group(1)));
    }
    if (master.startsWith("local")) {
      return OptionalInt.of(1);
    }
    String key = conf.getBoolean("spark.dynamicAllocation.enabled", false) ? MOST : INSTANCES;
    return conf.contains(key) ? OptionalInt.of(conf.getInt(key, 1)) : OptionalInt.empty();
  }
}
