package io.github.trawl.notebook;

import io.github.trawl.spark.JobDescription;
import io.github.trawl.spark.TaskRunner;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.util.SerializableConfiguration;

/** Creates DataFrames and runs tasks on the executors. */
final class Frames {
  private final SparkSession spark;

  Frames(SparkSession spark) {
    this.spark = spark;
  }

  /** Returns the session's Hadoop configuration, for opening files on the driver. */
  Configuration hadoop() {
    return spark.sparkContext().hadoopConfiguration();
  }

  /** Returns the configuration of {@link #hadoop} in a form that can be sent to tasks. */
  SerializableConfiguration serializableHadoop() {
    return new SerializableConfiguration(hadoop());
  }

  /**
   * Creates a DataFrame from rows held by the driver.
   *
   * @param columns names and types as in SQL, such as {@code layer INT, norm DOUBLE}
   */
  Dataset<Row> of(String columns, List<Row> rows) {
    return spark.createDataFrame(rows, StructType.fromDDL(columns));
  }

  /**
   * Computes {@code frame} and returns a DataFrame of its rows held by the driver, so that later
   * uses don't read files and join again.
   */
  Dataset<Row> materialize(Dataset<Row> frame) {
    return spark.createDataFrame(frame.collectAsList(), frame.schema());
  }

  /** The Parquet file at {@code path}. */
  Dataset<Row> parquet(String path) {
    return spark.read().parquet(path);
  }

  /**
   * Applies {@code work} to every task on the executors, and waits for all.
   *
   * @param about the description of the job in Spark's web interface
   * @return the results in the order of the tasks
   */
  <T, R> List<R> run(String about, List<T> tasks, TaskRunner.Work<T, R> work) {
    JavaSparkContext context = JavaSparkContext.fromSparkContext(spark.sparkContext());
    JobDescription description = JobDescription.of(context, about);
    try {
      return TaskRunner.collect(context, about, tasks, work, result -> {});
    } finally {
      description.close();
    }
  }
}
