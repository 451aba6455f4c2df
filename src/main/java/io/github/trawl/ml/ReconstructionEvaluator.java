package io.github.trawl.ml;

import io.github.trawl.ErrorCategory;
import io.github.trawl.TrawlException;
import io.github.trawl.spark.JobFailure;
import java.util.List;
import org.apache.spark.ml.evaluation.Evaluator;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.util.DefaultParamsReadable;
import org.apache.spark.ml.util.DefaultParamsWritable;
import org.apache.spark.ml.util.Identifiable$;
import org.apache.spark.ml.util.MLReader;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * Measures how far one column of vectors is from another, such as a model's output from the
 * features: {@code relativeError} is ‖X − M‖ / ‖X‖ over all rows, {@code fit} is 1 minus the
 * relative error, and {@code rmse} is the root of the mean squared difference of a value.
 */
public final class ReconstructionEvaluator extends Evaluator implements DefaultParamsWritable {
  private static final long serialVersionUID = 1L;

  private final String uid;
  private final Param<String> featuresCol;
  private final Param<String> outputCol;
  private final Param<String> metricName;

  /** An evaluator with a random uid. */
  public ReconstructionEvaluator() {
    this(Identifiable$.MODULE$.randomUID("reconstructionEval"));
  }

  /** An evaluator with the default parameters. */
  public ReconstructionEvaluator(String uid) {
    this.uid = uid;
    featuresCol = new Param<>(this, "featuresCol", "features column name");
    outputCol =
        new Param<>(this, "outputCol", "column of the vectors to compare with the features");
    metricName =
        CommonParams.choiceParam(
            this,
            "metricName",
            "metric name in evaluation (relativeError|fit|rmse)",
            List.of("relativeError", "fit", "rmse"));
    setDefault(featuresCol, "features");
    setDefault(outputCol, "output");
  }

  @Override
  public String uid() {
    return uid;
  }

  /** Column of the vectors X to compare with. */
  public Param<String> featuresCol() {
    return featuresCol;
  }

  /** The value of {@link #featuresCol}; {@code features} by default. */
  public String getFeaturesCol() {
    return getOrDefault(featuresCol);
  }

  /** Sets {@link #featuresCol}. */
  public ReconstructionEvaluator setFeaturesCol(String value) {
    set(featuresCol, value);
    return this;
  }

  /** Column of the vectors M that approximate X. */
  public Param<String> outputCol() {
    return outputCol;
  }

  /** The value of {@link #outputCol}; {@code output} by default. */
  public String getOutputCol() {
    return getOrDefault(outputCol);
  }

  /** Sets {@link #outputCol}. */
  public ReconstructionEvaluator setOutputCol(String value) {
    set(outputCol, value);
    return this;
  }

  /** What is computed: {@code relativeError}, {@code fit} or {@code rmse}. */
  public Param<String> metricName() {
    return metricName;
  }

  /** The value of {@link #metricName}; {@code relativeError} by default. */
  public String getMetricName() {
    return getOrDefault(metricName);
  }

  /** Sets {@link #metricName}. */
  public ReconstructionEvaluator setMetricName(String value) {
    set(metricName, value);
    return this;
  }

  /**
   * Computes the metric over all rows.
   *
   * @return NaN if an output is NaN. If all features are 0, the relative error and the fit are not
   *     finite: NaN if the outputs are 0 too, and infinite otherwise
   * @throws TrawlException if there are no rows, or one has a null or vectors of unequal lengths
   */
  @Override
  public double evaluate(Dataset<?> dataset) {
    TensorSchema.requireFeatures(dataset.schema(), uid, getFeaturesCol());
    TensorSchema.requireFeatures(dataset.schema(), uid, getOutputCol());
    double[] sums;
    String where = "%s: columns '%s' and '%s'".formatted(uid, getFeaturesCol(), getOutputCol());
    try {
      sums =
          dataset
              .select(dataset.col(getFeaturesCol()), dataset.col(getOutputCol()))
              .toJavaRDD()
              .treeAggregate(
                  new double[3],
                  (total, row) -> add(total, row, where),
                  ReconstructionEvaluator::sum);
    } catch (Exception e) {
      throw JobFailure.of(uid, e);
    }
    if (sums[2] == 0) {
      throw new TrawlException(
          ErrorCategory.BAD_INPUT,
          uid
              + ": there are no rows to evaluate; check coldStartStrategy and how the data was split");
    }
    return switch (getMetricName()) {
      case "rmse" -> Math.sqrt(sums[0] / sums[2]);
      case "fit" -> 1 - Math.sqrt(sums[0] / sums[1]);
      default -> Math.sqrt(sums[0] / sums[1]);
    };
  }

  /**
   * Adds a row to the sum of squared differences, the sum of squared features and the number of
   * values.
   *
   * @param where names the columns in messages
   */
  private static double[] add(double[] sums, Row row, String where) {
    Vector features = (Vector) row.get(0);
    Vector output = (Vector) row.get(1);
    if (features == null || output == null) {
      throw new TrawlException(
          ErrorCategory.BAD_INPUT, where + " have a null in a row; leave such rows out");
    }
    if (features.size() != output.size()) {
      throw new TrawlException(
          ErrorCategory.BAD_INPUT,
          "%s have vectors of %d and of %d values in a row; give columns of the same length"
              .formatted(where, features.size(), output.size()));
    }
    sums[0] += Vectors.sqdist(features, output);
    sums[1] += Vectors.sqdist(features, Vectors.sparse(features.size(), new int[0], new double[0]));
    sums[2] += features.size();
    return sums;
  }

  private static double[] sum(double[] left, double[] right) {
    for (int i = 0; i < left.length; i++) {
      left[i] += right[i];
    }
    return left;
  }

  @Override
  public boolean isLargerBetter() {
    return getMetricName().equals("fit");
  }

  @Override
  public ReconstructionEvaluator copy(ParamMap extra) {
    return defaultCopy(extra);
  }

  /** Reads evaluators that were saved. */
  public static MLReader<ReconstructionEvaluator> read() {
    return new DefaultParamsReadable<ReconstructionEvaluator>() {}.read();
  }

  /** Reads an evaluator that was saved to {@code path}. */
  public static ReconstructionEvaluator load(String path) {
    return read().load(path);
  }
}
