package io.github.trawl.cli;

import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.apache.spark.internal.config.ConfigEntry;

/** The settings that this version of Spark knows, by its own registry. */
final class SparkKeys {
  /** Objects that register their settings when they are made. */
  private static final List<String> REGISTERING =
      List.of(
          "org.apache.spark.deploy.k8s.Config$",
          "org.apache.spark.deploy.yarn.config.package$",
          "org.apache.spark.internal.config.Deploy$",
          "org.apache.spark.internal.config.Kryo$",
          "org.apache.spark.internal.config.Network$",
          "org.apache.spark.internal.config.Status$",
          "org.apache.spark.internal.config.UI$",
          "org.apache.spark.internal.config.package$");

  /** Families of keys whose last parts the user names, as Spark documents them. */
  private static final List<Pattern> FAMILIES =
      List.of(
          Pattern.compile("spark\\.hadoop\\..+"),
          Pattern.compile("spark\\.kubernetes\\.(driver|executor)\\.secretKeyRef\\.[A-Z_]+"),
          Pattern.compile(
              "spark\\.metrics\\.conf\\.(\\*|driver|executor)\\.sink\\.\\w+\\.(class|path)"));

  /** Keys that Spark's programs read without an entry in the registry. */
  private static final List<String> UNREGISTERED = List.of("spark.executor.cores");

  static {
    try {
      for (String name : REGISTERING) {
        Class.forName(name);
      }
    } catch (ClassNotFoundException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private SparkKeys() {}

  /** Why Spark does not take the setting; empty if it does. */
  static Optional<String> refusal(String key, String value) {
    ConfigEntry<?> entry = ConfigEntry.findEntry(key);
    if (entry != null) {
      try {
        entry.valueConverter().apply(value);
        return Optional.empty();
      } catch (RuntimeException e) {
        return Optional.of(key + " " + value + ": " + e.getMessage());
      }
    }
    return UNREGISTERED.contains(key)
            || FAMILIES.stream().anyMatch(family -> family.matcher(key).matches())
        ? Optional.empty()
        : Optional.of("Spark does not know " + key);
  }
}
