package io.github.trawl.cli;

import io.github.trawl.ErrorCategory;
import io.github.trawl.TrawlException;
import io.github.trawl.spark.JobFailure;
import java.util.function.Supplier;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;

/** Starts Spark; reports in one line why it does not start. */
final class SparkStart {
  private SparkStart() {}

  /**
   * Starts Spark and returns its context.
   *
   * @throws TrawlException if Spark does not start
   */
  static JavaSparkContext context(SparkConf conf) {
    return start(conf, () -> new JavaSparkContext(conf));
  }

  /**
   * Starts Spark's session, or returns the one that is running.
   *
   * @throws TrawlException if Spark does not start
   */
  static SparkSession session(SparkConf conf) {
    return start(conf, () -> SparkSession.builder().config(conf).getOrCreate());
  }

  /**
   * Starts and stops Spark if the driver runs within YARN's application master, and does nothing
   * elsewhere: YARN takes a driver that never started Spark for a failed one. Called when a command
   * ends without a job.
   */
  static void startAndStopOnYarn(SparkConf conf) {
    if (SchedulerAttempt.isYarnCluster()) {
      context(conf).close();
    }
  }

  private static <T> T start(SparkConf conf, Supplier<T> start) {
    try {
      return start.get();
    } catch (Exception e) {
      // Spark is written in Scala and throws checked exceptions without declaring them.
      throw JobFailure.isShuttingDown() ? JobFailure.of("start", e) : startFailure(conf, e);
    }
  }

  static TrawlException startFailure(SparkConf conf, Exception failure) {
    Throwable root = failure;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    String message = firstLine(failure);
    String cause = firstLine(root);
    return new TrawlException(
        ErrorCategory.SYSTEM,
        "Spark does not start at %s: %s%s"
            .formatted(
                conf.get("spark.master", "no master"),
                message,
                message.contains(cause) ? "" : ": " + cause),
        failure);
  }

  private static String firstLine(Throwable failure) {
    String message = failure.getMessage();
    return message == null || message.isBlank()
        ? failure.getClass().getSimpleName()
        : message.strip().lines().findFirst().orElseThrow();
  }
}
