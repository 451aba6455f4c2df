package io.github.trawl.notebook;

import java.util.Optional;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.SparkSession;

/**
 * Opens what Trawl reads and writes as DataFrames, for notebooks and shells. It needs no other
 * setting of Spark than this class on the class path of driver and executors.
 *
 * <p>URIs are of any file system that Hadoop knows. Problems of what lies there are {@link
 * io.github.trawl.TrawlException}s with one line.
 */
public final class Trawl {
  private Trawl() {}

  /**
   * Opens a model directory; reads headers alone. A model whose {@code model_type} is not known has
   * tensors without layers and roles.
   */
  public static CheckpointView checkpoint(SparkSession spark, String uri) {
    return CheckpointView.open(spark, new Path(uri), Optional.empty());
  }

  /** Opens a model directory whose layout the JSON file {@code architecture} describes. */
  public static CheckpointView checkpoint(SparkSession spark, String uri, String architecture) {
    return CheckpointView.open(spark, new Path(uri), Optional.of(new Path(architecture)));
  }

  /** Opens the output of {@code trawl sweep}, of a finished sweep or of one that is at work. */
  public static SweepView sweep(SparkSession spark, String uri) {
    return SweepView.open(spark, new Path(uri));
  }

  /**
   * Opens factors; reads their metadata alone.
   *
   * @param uri an output of {@code trawl denoise} or {@code trawl sweep}, a directory of factor
   *     files, or one such file; behind a {@code #} the name of the only decomposition that is
   *     wanted, such as {@code #r64-s3}
   */
  public static FactorsView factors(SparkSession spark, String uri) {
    return FactorsView.open(spark, uri);
  }

  /** Compares two checkpoints, tensor by tensor; reads their headers alone. */
  public static ComparisonView compare(SparkSession spark, String first, String second) {
    return ComparisonView.open(spark, new Path(first), new Path(second));
  }
}
