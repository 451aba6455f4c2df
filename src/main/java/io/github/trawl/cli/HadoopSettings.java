package io.github.trawl.cli;

import org.apache.hadoop.conf.Configuration;

/** Hadoop's configuration for commands that need no Spark. */
final class HadoopSettings {
  private static final String SPARK_PREFIX = "spark.hadoop.";

  private HadoopSettings() {}

  /** Loads the site files of the class path, overridden by {@code spark.hadoop.*} properties. */
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
