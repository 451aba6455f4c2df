package io.github.trawl.ml;

import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** A session with a small tensor and a model of each kind. */
abstract class FittedModels {
  static SparkSession spark;
  static Dataset<Row> dataset;
  static CpDecompositionModel cp;
  static TuckerDecompositionModel tucker;

  @BeforeAll
  static void startSpark() {
    spark = Sessions.start();
    dataset = Stages.DATA.dataset(spark, 2).cache();
    cp = Stages.cpEstimator().fit(dataset);
    tucker = Stages.tuckerEstimator().fit(dataset);
  }

  @AfterAll
  static void stopSpark() {
    spark.stop();
  }
}
