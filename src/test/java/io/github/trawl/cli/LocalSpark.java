package io.github.trawl.cli;

import java.nio.file.Path;
import java.util.Map;

/** Settings by which commands in this process use Spark here, as spark-submit would give them. */
final class LocalSpark {
  private static final Map<String, String> SETTINGS =
      Map.of(
          "spark.master",
          "local[2]",
          "spark.ui.enabled",
          "false",
          "spark.driver.host",
          "127.0.0.1");

  private LocalSpark() {}

  /** Makes them, until {@link #forget}. */
  static void use(Path folder) {
    SETTINGS.forEach(System::setProperty);
    System.setProperty("spark.local.dir", folder.resolve("spark").toString());
  }

  /** Takes away all settings of Spark's, those of a test, too. */
  static void forget() {
    System.getProperties().keySet().removeIf(key -> key.toString().startsWith("spark."));
  }
}
