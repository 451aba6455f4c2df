package io.github.trawl.notebook;

import java.util.Optional;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.SparkSession;

/**
 * Opens checkpoints, factors and sweeps as DataFrames, for notebooks and shells. It needs Trawl's
 * jar on the class path of driver and executors, and no other setting of Spark.
 *
 * <p>A URI may be on any file system that Hadoop knows. If what lies there is missing, damaged or
 * unsupported, methods throw an {@link io.github.trawl.TrawlException} with a message of one line.
 */
public final class Trawl {
  private Trawl() {}

  /**
   * Opens a model directory; reads only headers. If no built-in architecture matches the model, its
   * tensors have no roles, and the first number in a tensor's name counts as its layer.
   */
  public static CheckpointView checkpoint(SparkSession spark, String uri) {
    return CheckpointView.open(spark, new Path(uri), Optional.empty());
  }

  /** Opens a model directory whose layout the JSON file {@code architecture} describes. */
  public static CheckpointView checkpoint(SparkSession spark, String uri, String architecture) {
    return CheckpointView.open(spark, new Path(uri), Optional.of(new Path(architecture)));
  }

  /** Opens the output of {@code trawl sweep}; the sweep may be finished or running. */
  public static SweepView sweep(SparkSession spark, String uri) {
    return SweepView.open(spark, new Path(uri));
  }

  /**
   * Opens factors; reads only their metadata.
   *
   * @param uri an output of {@code trawl denoise} or {@code trawl sweep}, a directory of factor
   *     files, or one such file; to take a single decomposition from each file, {@code #} and its
   *     name follow, such as {@code #r64-s3}
   */
  public static FactorsView factors(SparkSession spark, String uri) {
    return FactorsView.open(spark, uri);
  }

  /**
   * Opens two checkpoints to compare them tensor by tensor. Reads only headers; the first DataFrame
   * that is asked for reads the weights.
   */
  public static ComparisonView compare(SparkSession spark, String first, String second) {
    return ComparisonView.open(spark, new Path(first), new Path(second));
  }
}
