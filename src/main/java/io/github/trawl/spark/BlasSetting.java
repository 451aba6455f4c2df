package io.github.trawl.spark;

import io.github.trawl.linalg.BlasProvider;
import org.apache.spark.SparkEnv;

/** Spark's setting {@code spark.trawl.blas}, which Spark also hands to the executors. */
public final class BlasSetting {
  /** The key of the setting; its values are those of {@link BlasProvider}. */
  public static final String KEY = "spark." + BlasProvider.PROPERTY;

  private BlasSetting() {}

  /**
   * Makes this process, the driver or an executor, use the BLAS that the application's settings
   * name, or else the system property of this process. Does nothing in a process without Spark.
   */
  public static void apply() {
    SparkEnv environment = SparkEnv.get();
    if (environment != null) {
      String fallback = System.getProperty(BlasProvider.PROPERTY, BlasProvider.NATIVE);
      BlasProvider.prefer(environment.conf().get(KEY, fallback));
    }
  }
}
