package io.github.trawl.cli;

import io.github.trawl.spark.KryoSettings;
import io.github.trawl.spark.MetricsPlugin;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.SparkConf;

/**
 * What our jobs ask of Spark. All of it lies beneath what the site's {@code spark-defaults.conf}, a
 * {@code --properties-file} and options before the command say.
 */
final class SparkSettings {
  /** What a process takes outside its heap besides weights: JVM, native libraries, network. */
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

  /** Beside the plugins of the user. */
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
    // One BLAS thread a task: tasks are what runs in parallel, and results must not depend on it.
    defaults.put("spark.executorEnv.OPENBLAS_NUM_THREADS", "1");
    // What travels is factors: floats that do not compress.
    defaults.put("spark.shuffle.compress", "false");
    defaults.put("spark.broadcast.compress", "false");
    // Gram matrices of ranks up to a thousand come with the message that a task has ended.
    defaults.put("spark.task.maxDirectResultSize", "16m");
    // Blocks stay on the executor that read them; wait for it a little before going elsewhere.
    defaults.put("spark.locality.wait", "3s");
    defaults.put("spark.ui.showConsoleProgress", "false");
    defaults.put("spark.redaction.regex", "(?i)secret|password|token|access[.]?key|credential");
    return defaults;
  }
}
