package io.github.trawl.cli;

import io.github.trawl.spark.KryoSettings;
import io.github.trawl.spark.MetricsPlugin;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.SparkConf;

/**
 * The Spark configuration of a job. Each setting here applies only where {@code
 * spark-defaults.conf}, a {@code --properties-file} and Spark's options before the command leave it
 * open; Trawl's plugin and Kryo registrators are added to those that the user names.
 */
final class SparkSettings {
  /** Memory outside the heap besides weights: for the JVM, native libraries and the network. */
  private static final long OVERHEAD_MIB = 1024;

  private static final String PLUGINS = "spark.plugins";

  private static final Map<String, String> DEFAULTS = defaults();

  private SparkSettings() {}

  /**
   * The configuration of a job.
   *
   * @param name what the history server calls the application, unless the user names it
   * @param offHeapBytes memory outside the heap that each process may take for weights
   */
  static SparkConf create(String name, long offHeapBytes) {
    SparkConf conf = new SparkConf();
    DEFAULTS.forEach(conf::setIfMissing);
    conf.setIfMissing("spark.executor.memoryOverhead", (offHeapBytes >> 20) + OVERHEAD_MIB + "m");
    addPlugin(conf, MetricsPlugin.class.getName());
    if (ApplicationName.isUnnamed(conf.get("spark.app.name", ""), name)) {
      conf.setAppName(name);
    }
    return KryoSettings.apply(conf);
  }

  /** Adds {@code plugin} to the plugins that the user names. */
  private static void addPlugin(SparkConf conf, String plugin) {
    String others = conf.get(PLUGINS, "");
    if (!List.of(others.split("\\s*,\\s*")).contains(plugin)) {
      conf.set(PLUGINS, others.isBlank() ? plugin : others + "," + plugin);
    }
  }

  private static Map<String, String> defaults() {
    Map<String, String> defaults = new LinkedHashMap<>();
    defaults.put("spark.master", "local[*]");
    defaults.put("spark.kryo.registrationRequired", "true");
    // One BLAS thread for each task: tasks run in parallel already, and results must not depend on
    // the number of BLAS threads.
    defaults.put("spark.executorEnv.OPENBLAS_NUM_THREADS", "1");
    // Most of the data sent is factors, whose floats hardly compress.
    defaults.put("spark.shuffle.compress", "false");
    defaults.put("spark.broadcast.compress", "false");
    // Gram matrices of ranks up to a thousand fit in the message that reports a task's result.
    defaults.put("spark.task.maxDirectResultSize", "16m");
    // An executor keeps the blocks that it read; wait a little for it before using another one.
    defaults.put("spark.locality.wait", "3s");
    defaults.put("spark.ui.showConsoleProgress", "false");
    defaults.put("spark.redaction.regex", "(?i)secret|password|token|access[.]?key|credential");
    return defaults;
  }
}
