package io.github.trawl.distributed;

import io.github.trawl.spark.KryoSettings;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;

/**
 * Executors in processes of their own, as on a cluster, that run the classes of this test run.
 *
 * <p>Needs the environment that the build sets: SPARK_HOME, a directory that can be written, and
 * SPARK_SCALA_VERSION.
 */
public final class LocalCluster {
  private LocalCluster() {}

  /** Starts Spark with {@code executors} executors of one core each. */
  public static JavaSparkContext start(String name, int executors) {
    return start(name, executors, Map.of());
  }

  /** The same with more settings. */
  public static JavaSparkContext start(String name, int executors, Map<String, String> settings) {
    makeJarsDirectory();
    SparkConf conf =
        new SparkConf()
            .setMaster("local-cluster[" + executors + ",1,2048]")
            .setAppName(name)
            .set("spark.executor.extraClassPath", absoluteClassPath())
            .set("spark.shuffle.compress", "false")
            .set("spark.broadcast.compress", "false")
            .set("spark.executor.memory", "512m")
            // Executors live for seconds, which the second compiler would take for itself.
            .set("spark.executor.extraJavaOptions", "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC")
            .set("spark.ui.enabled", "false")
            // However many executors a test ends.
            .set("spark.deploy.maxExecutorRetries", "-1")
            // A test waits for a dead executor no longer than it has to.
            .set("spark.shuffle.io.retryWait", "100ms")
            .set("spark.plugins", FaultPlugin.class.getName())
            .set("spark.serializer", "org.apache.spark.serializer.KryoSerializer")
            .set("spark.kryo.registrationRequired", "true")
            .set("spark.kryo.registrator", KryoSettings.registrators());
    settings.forEach(conf::set);
    JavaSparkContext spark = new JavaSparkContext(conf);
    // With dynamic allocation more come only when tasks wait for them.
    boolean all = !spark.getConf().getBoolean("spark.dynamicAllocation.enabled", false);
    awaitExecutors(spark, all ? executors : 1);
    return spark;
  }

  /** The processes of the executors. */
  public static Set<Long> executors(JavaSparkContext spark) {
    List<Integer> tasks = IntStream.range(0, 16).boxed().toList();
    return new TreeSet<>(
        spark.parallelize(tasks, 16).map(task -> ProcessHandle.current().pid()).collect());
  }

  /** Waits until there are as many. Before that, tasks would run on the first alone. */
  static void awaitExecutors(JavaSparkContext spark, int executors) {
    while (executors(spark).size() < executors) {
      Thread.onSpinWait();
    }
  }

  /** Executors run in directories of their own. */
  private static String absoluteClassPath() {
    return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
        .map(entry -> Path.of(entry).toAbsolutePath().toString())
        .collect(Collectors.joining(File.pathSeparator));
  }

  /** Without it Spark's launcher does not accept SPARK_HOME, and no executor starts. */
  private static void makeJarsDirectory() {
    try {
      Files.createDirectories(Path.of(System.getenv("SPARK_HOME"), "jars"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
