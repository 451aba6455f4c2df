package io.github.trawl.spark;

import org.apache.spark.api.java.JavaSparkContext;

/**
 * Sets the description that Spark's pages show for jobs of the current thread; closing it restores
 * the previous description.
 */
public final class JobDescription implements AutoCloseable {
  private static final String KEY = "spark.job.description";

  private final JavaSparkContext spark;
  private final String before;

  private JobDescription(JavaSparkContext spark, String before) {
    this.spark = spark;
    this.before = before;
  }

  /** Describes the jobs of this thread by {@code text}. */
  public static JobDescription of(JavaSparkContext spark, String text) {
    JobDescription description = new JobDescription(spark, spark.getLocalProperty(KEY));
    spark.setJobDescription(text);
    return description;
  }

  /** Restores the previous description. */
  @Override
  public void close() {
    spark.setJobDescription(before);
  }
}
