package io.github.trawl.spark;

import io.github.trawl.ErrorCategory;
import io.github.trawl.TrawlException;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.spark.SparkConf;

/** Derives from Spark's configuration how many executors there may be, and the cores of each. */
public final class ExecutorSettings {
  private static final Pattern LOCAL = Pattern.compile("local(?:\\[\\s*(\\*|\\d+).*])?");
  private static final Pattern LOCAL_CLUSTER =
      Pattern.compile("local-cluster\\[\\s*(\\d+)\\s*,\\s*(\\d+)\\s*,.*]");

  private static final String CORES = "spark.executor.cores";

  private ExecutorSettings() {}

  /**
   * Returns the most executors that the application can have at one time, a local run being one;
   * empty if the configuration does not say.
   */
  public static OptionalInt most(SparkConf conf) {
    String master = master(conf);
    Matcher cluster = LOCAL_CLUSTER.matcher(master);
    if (cluster.matches()) {
      return OptionalInt.of(Integer.parseInt(cluster.group(1)));
    }
    if (LOCAL.matcher(master).matches()) {
      return OptionalInt.of(1);
    }
    boolean dynamic = conf.getBoolean("spark.dynamicAllocation.enabled", false);
    if (isStandalone(master) && !dynamic) {
      return OptionalInt.empty(); // Spark ignores spark.executor.instances there.
    }
    String key = dynamic ? "spark.dynamicAllocation.maxExecutors" : "spark.executor.instances";
    return conf.contains(key) ? OptionalInt.of(conf.getInt(key, 1)) : OptionalInt.empty();
  }

  /**
   * Returns the cores of a {@code local} master; for another master {@code spark.executor.cores},
   * or if that is not set, the cores of a worker of a {@code local-cluster} master, else 1.
   *
   * @throws TrawlException of category {@code USAGE} if that is not set for a standalone master,
   *     where an executor then takes all cores of its worker, whose number is not known here
   */
  public static int cores(SparkConf conf) {
    String master = master(conf);
    Matcher local = LOCAL.matcher(master);
    if (local.matches()) {
      String cores = local.group(1) == null ? "1" : local.group(1);
      return cores.equals("*")
          ? Runtime.getRuntime().availableProcessors()
          : Math.max(1, Integer.parseInt(cores));
    }
    if (isStandalone(master) && !conf.contains(CORES)) {
      throw new TrawlException(
          ErrorCategory.USAGE,
          "at %s an executor gets all cores of its worker unless told otherwise, so the cores on which a model computes are not known; give --conf %s=N"
              .formatted(master, CORES));
    }
    Matcher cluster = LOCAL_CLUSTER.matcher(master);
    int cores = cluster.matches() ? Integer.parseInt(cluster.group(2)) : 1;
    return conf.getInt(CORES, cores);
  }

  private static boolean isStandalone(String master) {
    return master.startsWith("spark://");
  }

  private static String master(SparkConf conf) {
    return conf.get("spark.master", "");
  }
}
