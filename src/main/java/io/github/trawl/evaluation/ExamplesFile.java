package io.github.trawl.evaluation;

import io.github.trawl.checkpoint.StagedDirectory;
import io.github.trawl.evaluation.TaskReport.CandidateReport;
import io.github.trawl.evaluation.task.ExampleResult;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SaveMode;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * Writes the result of every example by every candidate as Parquet. The columns are {@code task},
 * {@code candidate}, {@code index}, {@code split}, {@code target}, {@code prediction}, {@code
 * prompt}, {@code choices} and their {@code log_likelihoods}, both null for an example without
 * choices, and one for each measure, null where a task has no such measure.
 */
final class ExamplesFile {
  private ExamplesFile() {}

  /**
   * Writes a directory with one Parquet file, which appears whole or not at all.
   *
   * @param overwrite whether it may replace an existing directory
   */
  static void write(
      SparkSession spark, List<TaskReport> reports, Path directory, boolean overwrite) {
    try (StagedDirectory staged =
        StagedDirectory.create(directory, spark.sparkContext().hadoopConfiguration())) {
      writeParquet(spark, reports, staged.path());
      staged.publish(overwrite);
    }
  }

  private static void writeParquet(SparkSession spark, List<TaskReport> reports, Path directory) {
    SortedSet<String> measures = new TreeSet<>();
    List<Row> rows = new ArrayList<>();
    for (TaskReport report : reports) {
      for (CandidateReport candidate : report.candidates()) {
        candidate.results().forEach(result -> measures.addAll(result.measures().keySet()));
      }
    }
    for (TaskReport report : reports) {
      for (CandidateReport candidate : report.candidates()) {
        for (ExampleResult result : candidate.results()) {
          rows.add(row(report.definition().name(), candidate.name(), result, measures));
        }
      }
    }
    spark
        .createDataFrame(rows, schema(measures))
        .coalesce(1)
        .write()
        .mode(SaveMode.Overwrite) // The staged directory exists already.
        .parquet(directory.toString());
  }

  private static StructType schema(SortedSet<String> measures) {
    StructType schema =
        new StructType()
            .add("task", DataTypes.StringType, false)
            .add("candidate", DataTypes.StringType, false)
            .add("index", DataTypes.IntegerType, false)
            .add("split", DataTypes.StringType, false)
            .add("target", DataTypes.StringType, false)
            .add("prediction", DataTypes.StringType, false)
            .add("prompt", DataTypes.StringType, false)
            .add("choices", DataTypes.createArrayType(DataTypes.StringType, false), true)
            .add("log_likelihoods", DataTypes.createArrayType(DataTypes.DoubleType, false), true);
    for (String measure : measures) {
      schema = schema.add(measure, DataTypes.DoubleType, true);
    }
    return schema;
  }

  private static Row row(
      String task, String candidate, ExampleResult result, SortedSet<String> measures) {
    List<Object> values = new ArrayList<>();
    values.add(task);
    values.add(candidate);
    values.add(result.index());
    values.add(result.split().label());
    values.add(result.target());
    values.add(result.prediction());
    values.add(result.question().prompt());
    boolean chose = !result.question().choices().isEmpty();
    values.add(chose ? result.question().choices() : null);
    values.add(chose ? result.question().logLikelihoods() : null);
    measures.forEach(measure -> values.add(result.measures().get(measure)));
    return RowFactory.create(values.toArray());
  }
}
