package io.github.trawl.ml;

import java.util.Map;
import org.apache.spark.sql.SparkSession;

/** Sessions as a user has them: with nothing of ours set. */
final class Sessions {
  private Sessions() {}

  static SparkSession start() {
    return start(Map.of());
  }

  static SparkSession start(Map<String, String> settings) {
    SparkSession.Builder builder =
        SparkSession.builder()
            .master("local[2]")
            .appName("ml")
            .config("spark.ui.enabled", "false")
            .config("spark.driver.host", "127.0.0.1")
            .config("spark.driver.bindAddress", "127.0.0.1")
            .config("spark.sql.shuffle.partitions", "2");
    settings.forEach(builder::config);
    return builder.getOrCreate();
  }
}
