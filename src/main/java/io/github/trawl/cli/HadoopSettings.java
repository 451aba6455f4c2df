package io.github.trawl.cli;

import org.apache.hadoop.conf.Configuration;

/** Loads Hadoop's configuration where no Spark context has been started. */
final class HadoopSettings {
  private static final String SPARK_PREFIX = "spark.hadoop.";

  private HadoopSettings() {}

  /**
   * Loads the site files on the class path, overridden by system properties {@code spark.hadoop.*}.
   */
  static Configuration load() {
    Configuration hadoop = new Configuration();
    System.getProperties()
        .stringPropertyNames()
        .forEach(
            name -> {
              if (name.startsWith(SPARK_PREFIX)) {
                hadoop.set(name.substring(SPARK_PREFIX.length()), System.getProperty(name));
              }
            });
    return hadoop;
  }
}
