package io.github.trawl.bench;

import io.github.trawl.spark.KryoSettings;
import java.io.File;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Collectors;
import org.apache.spark.SparkConf;

/** Settings of Spark for executors in processes of their own, with the classes of this one. */
final class TwoExecutors {
  /** Of one core each. */
  static final String MASTER = "local-cluster[2,1,1024]";

  private TwoExecutors() {}

  /** As {@code conf/spark-defaults.conf} has them, for a driver at {@code master}. */
  static SparkConf conf(String master) {
    String classPath =
        Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
            .map(entry -> Path.of(entry).toAbsolutePath().toString())
            .collect(Collectors.joining(File.pathSeparator));
    return new SparkConf()
        .setMaster(master)
        .setAppName("trawl bench")
        .set("spark.executor.extraClassPath", classPath)
        .set("spark.executor.memory", "1g")
        // As in a container of one core.
        .set("spark.executor.extraJavaOptions", "-XX:ActiveProcessorCount=1")
        // Their logs end with the driver's, once its level is set.
        .set("spark.executor.syncLogLevel.enabled", "true")
        .set("spark.ui.enabled", "false")
        .set("spark.shuffle.compress", "false")
        .set("spark.broadcast.compress", "false")
        .set("spark.task.maxDirectResultSize", "16m")
        .set("spark.serializer", "org.apache.spark.serializer.KryoSerializer")
        .set("spark.kryo.registrationRequired", "true")
        .set("spark.kryo.registrator", KryoSettings.registrators());
  }
}
