package io.github.trawl.notebook;

import io.github.trawl.spark.JobDescription;
import io.github.trawl.spark.RunningResults;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.util.SerializableConfiguration;

/** Makes DataFrames of rows, and runs what computes them. */
final class Frames {
  private final SparkSession spark;

  Frames(SparkSession spark) {
    this.spark = spark;
  }

  /** How file systems are reached. */
  Configuration hadoop() {
    return spark.sparkContext().hadoopConfiguration();
  }

  /** The same, for tasks. */
  SerializableConfiguration settings() {
    return new SerializableConfiguration(hadoop());
  }

  /**
   * A DataFrame of rows of the driver.
   *
   * @param columns names and types as in SQL, such as {@code layer INT, norm DOUBLE}
   */
  Dataset<Row> of(String columns, List<Row> rows) {
    return spark.createDataFrame(rows, StructType.fromDDL(columns));
  }

  /**
   * The rows of {@code frame} as they are now, so that whatever is made of them need not read files
   * and join again.
   */
  Dataset<Row> now(Dataset<Row> frame) {
    return spark.createDataFrame(frame.collectAsList(), frame.schema());
  }

  /** The Parquet file at {@code path}. */
  Dataset<Row> parquet(String path) {
    return spark.read().parquet(path);
  }

  /**
   * Applies {@code work} to every task on the executors, and waits for all.
   *
   * @param about what Spark's pages say of it
   * @return the results in the order of the tasks
   */
  <T, R> List<R> run(String about, List<T> tasks, RunningResults.Work<T, R> work) {
    JavaSparkContext context = JavaSparkContext.fromSparkContext(spark.sparkContext());
    JobDescription description = JobDescription.of(context, about);
    try {
      return RunningResults.collect(context, about, tasks, work, result -> {});
    } finally {
      description.close();
    }
  }
}
