package io.github.trawl.ml;

import static org.apache.spark.ml.functions.vector_to_array;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.trawl.ErrorCategory;
import io.github.trawl.TrawlException;
import io.github.trawl.decomposition.DecompositionMethods;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.apache.spark.SparkException;
import org.apache.spark.ml.Pipeline;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.ml.PipelineStage;
import org.apache.spark.ml.attribute.AttributeGroup;
import org.apache.spark.ml.feature.VectorAssembler;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.tuning.CrossValidator;
import org.apache.spark.ml.tuning.CrossValidatorModel;
import org.apache.spark.ml.tuning.ParamGridBuilder;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Models and estimators as stages of MLlib: transform, copy, project, tune. */
class TensorModelTest extends FittedModels {
  @TempDir private Path directory;

  @Test
  void transformAddsOutputAndFactorWithTheirSizes() {
    Dataset<Row> transformed = cp.transform(dataset);
    assertThat(transformed.columns())
        .containsExactly("slice", "row", "features", "denoised", "factor");
    assertThat(transformed.schema()).isEqualTo(cp.transformSchema(dataset.schema()));
    assertThat(AttributeGroup.fromStructField(transformed.schema().apply("denoised")).size())
        .isEqualTo(10);
    assertThat(AttributeGroup.fromStructField(transformed.schema().apply("factor")).size())
        .isEqualTo(3);
    List<Row> factors = cp.rowFactors().collectAsList();
    for (Row row : transformed.collectAsList()) {
      assertThat(row.<Vector>getAs("factor"))
          .isEqualTo(factors.get(row.<Integer>getAs("row")).getAs("features"));
    }
    Dataset<Row> factorAlone = copy(cp).setOutputCol("").transform(dataset);
    assertThat(factorAlone.columns()).containsExactly("slice", "row", "features", "factor");
  }

  private static CpDecompositionModel copy(CpDecompositionModel model) {
    return model.copy(ParamMap.empty());
  }

  /** The closest of all rows that the factors of columns and slice can make. */
  @Test
  void newRowsAreProjected() {
    for (TensorModel<?> fitted : List.of(cp, tucker)) {
      TensorModel<?> model = fitted.copy(ParamMap.empty());
      model.set("coldStartStrategy", "project");
      model.set("outputCol", "output");
      Dataset<Row> seen = model.transform(dataset).select("slice", "row", "output");
      // What is in the span already is its own projection.
      Dataset<Row> inSpan = seen.selectExpr("slice", "row + 1000 AS row", "output AS features");
      for (Row row : model.transform(inSpan).collectAsList()) {
        assertThat(row.<Vector>getAs("output").toArray())
            .containsExactly(row.<Vector>getAs("features").toArray(), within(1e-4));
      }
      // What is left of another row is orthogonal to the span.
      Row other =
          model
              .transform(
                  TensorData.dataset(
                      spark,
                      List.of(
                          RowFactory.create(
                              1, 999, Vectors.sparse(10, new int[] {4}, new double[] {3}))),
                      DataTypes.IntegerType,
                      DataTypes.IntegerType))
              .first();
      double[] output = other.<Vector>getAs("output").toArray();
      double inner = 0;
      for (int j = 0; j < output.length; j++) {
        inner += output[j] * ((j == 4 ? 3 : 0) - output[j]);
      }
      assertThat(inner).isCloseTo(0, within(1e-5));
      assertThat(Arrays.stream(output).map(Math::abs).sum()).isPositive();
    }
  }

  @Test
  void newRowsAreDroppedOrNotANumberOrRefused() {
    List<Row> rows =
        List.of(
            RowFactory.create(0, 3, Vectors.zeros(10)),
            RowFactory.create(7, 3, Vectors.zeros(10)),
            RowFactory.create(0, 77, Vectors.zeros(10)),
            RowFactory.create(null, 3, null),
            RowFactory.create(0, null, null));
    Dataset<Row> mixed =
        TensorData.dataset(spark, rows, DataTypes.IntegerType, DataTypes.IntegerType);
    List<Row> kept = copy(cp).setColdStartStrategy("drop").transform(mixed).collectAsList();
    assertThat(kept).hasSize(1);
    List<Row> all = copy(cp).setColdStartStrategy("nan").transform(mixed).collectAsList();
    assertThat(all).hasSize(5);
    assertThat(all.get(0).<Vector>getAs("denoised")).isEqualTo(kept.get(0).getAs("denoised"));
    for (Row row : all.subList(1, 5)) {
      assertThat(row.<Vector>getAs("denoised").toArray()).hasSize(10).containsOnly(Double.NaN);
      assertThat(row.<Vector>getAs("factor").toArray()).hasSize(3).containsOnly(Double.NaN);
    }
    CpDecompositionModel projecting = copy(cp).setColdStartStrategy("project");
    assertThatThrownBy(() -> projecting.transform(mixed).collectAsList())
        .isInstanceOf(SparkException.class)
        .rootCause()
        .hasMessageContaining("the model has no slice '7' (row 3)");
    assertThatThrownBy(() -> projecting.transform(mixed.filter("slice = 0")).collectAsList())
        .rootCause()
        .hasMessageContaining("slice '0', row null: the model has not seen this row");
  }

  /** A model completes places that have no features, unless it is to project. */
  @Test
  void rowsNeedNoFeaturesWhereNoneAreProjected() {
    Dataset<Row> places = dataset.select("slice", "row");
    assertThat(copy(cp).setColdStartStrategy("drop").transform(places).count()).isEqualTo(36);
    assertThatThrownBy(() -> copy(cp).setColdStartStrategy("project").transform(places))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("no column 'features'");
  }

  @Test
  void copiesKeepUidParentAndWhatWasSet() {
    CpDecomposition estimator = Stages.cpEstimator();
    assertThat(cp.parent().uid()).isEqualTo("cp");
    assertThat(cp.uid()).isEqualTo("cp");
    CpDecompositionModel copy = cp.copy(new ParamMap().put(cp.outputCol(), "other"));
    assertThat(copy.uid()).isEqualTo("cp");
    assertThat(copy.parent()).isSameAs(cp.parent());
    assertThat(copy.getOutputCol()).isEqualTo("other");
    assertThat(cp.getOutputCol()).isEqualTo("denoised");
    assertThat(copy.fitted()).isSameAs(cp.fitted());
    Stages.assertSameParams(cp, estimator);
    CpDecomposition changed = estimator.copy(new ParamMap().put(estimator.rank().w(2)));
    assertThat(changed.uid()).isEqualTo("cp");
    assertThat(changed.getRank()).isEqualTo(2);
    assertThat(estimator.getRank()).isEqualTo(3);
    assertThat(new CpDecomposition().uid()).startsWith("cpDecomposition_");
    assertThat(new CpDecomposition().uid()).isNotEqualTo(new CpDecomposition().uid());
    assertThat(new TuckerDecomposition().uid()).startsWith("tuckerDecomposition_");
    String text = cp.toString();
    assertThat(text).startsWith("CpDecompositionModel: uid=cp, numSlices=3");
    Locale before = Locale.getDefault();
    try {
      Locale.setDefault(Locale.GERMANY);
      assertThat(cp.toString()).isEqualTo(text);
    } finally {
      Locale.setDefault(before);
    }
  }

  @Test
  void parametersHaveDefaultsAndChecks() {
    CpDecomposition estimator = new CpDecomposition();
    assertThat(Arrays.stream(estimator.params()).map(Param::name))
        .containsExactly(
            "coldStartStrategy",
            "factorCol",
            "featuresCol",
            "handleInvalid",
            "initMode",
            "maxBlockSizeInMB",
            "maxIter",
            "maxMemoryInMB",
            "outputCol",
            "rank",
            "rowCol",
            "seed",
            "sliceCol",
            "spreadThresholdInMB",
            "tol");
    assertThat(estimator.extractParamMap().size()).isEqualTo(15);
    assertThat(estimator.getRank()).isEqualTo(10);
    assertThat(estimator.getTol()).isEqualTo(DecompositionMethods.CP.defaultTolerance());
    assertThat(new TuckerDecomposition().getTol())
        .isEqualTo(DecompositionMethods.TUCKER.defaultTolerance());
    assertThat(estimator.getMaxIter()).isEqualTo(100);
    assertThat(estimator.explainParams())
        .contains("rank: number of components (>= 1) (default: 10)");
    for (Runnable wrong :
        List.<Runnable>of(
            () -> estimator.setRank(0),
            () -> estimator.setMaxIter(0),
            () -> estimator.setTol(-1),
            () -> estimator.setInitMode("random"),
            () -> estimator.setHandleInvalid("keep"),
            () -> estimator.setColdStartStrategy("zero"),
            () -> estimator.setMaxMemoryInMB(0),
            () -> estimator.setMaxBlockSizeInMB(-1),
            () -> new TuckerDecomposition().setRanks(new int[] {1, 2}),
            () -> new TuckerDecomposition().setRanks(new int[] {1, 2, 0}),
            () -> new ReconstructionEvaluator().setMetricName("mse"))) {
      assertThatThrownBy(wrong::run)
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("given invalid value");
    }
  }

  @Test
  void worksInAPipelineThatIsSavedAndTuned() throws IOException {
    Dataset<Row> numbers =
        dataset
            .withColumn("values", vector_to_array(dataset.col("features"), "float64"))
            .selectExpr("slice", "row", "values[0] AS x", "values[1] AS y");
    VectorAssembler assembler =
        new VectorAssembler().setInputCols(new String[] {"x", "y"}).setOutputCol("features");
    CpDecomposition estimator = new CpDecomposition().setMaxIter(50);
    Pipeline pipeline = new Pipeline().setStages(new PipelineStage[] {assembler, estimator});
    String path = Stages.saved(pipeline, directory, "pipeline");
    PipelineModel model = Pipeline.load(path).fit(numbers, estimator.rank().w(2));
    assertThat(((CpDecompositionModel) model.stages()[1]).getRank()).isEqualTo(2);
    PipelineModel read = PipelineModel.load(Stages.saved(model, directory, "pipeline-model"));
    assertThat(read.transform(numbers).collectAsList())
        .isEqualTo(model.transform(numbers).collectAsList());
  }

  /** Folds of whole rows: {@code CrossValidator} would tear the slices of a row apart. */
  @Test
  void crossValidationFindsTheRank() {
    CpDecomposition estimator = new CpDecomposition().setSeed(3).setMaxIter(60);
    ParamMap[] grid = new ParamGridBuilder().addGrid(estimator.rank(), new int[] {1, 2, 3}).build();
    CrossValidator validator =
        new CrossValidator()
            .setEstimator(estimator)
            .setEvaluator(new ReconstructionEvaluator())
            .setEstimatorParamMaps(grid)
            .setNumFolds(2)
            .setParallelism(2)
            .setFoldCol("fold");
    CrossValidatorModel best = validator.fit(dataset.selectExpr("*", "row % 2 AS fold"));
    assertThat(best.avgMetrics()).hasSize(3);
    assertThat(best.avgMetrics()[2]).isLessThan(0.5 * best.avgMetrics()[0]);
    assertThat(((CpDecompositionModel) best.bestModel()).getRank()).isEqualTo(3);
    // Random folds leave few rows whole; the others are left out.
    CrossValidatorModel random =
        validator
            .copy(new ParamMap().put(validator.foldCol(), "").put(validator.numFolds().w(6)))
            .setEstimator(estimator.setHandleInvalid("skip"))
            .fit(dataset);
    assertThat(random.avgMetrics()[2]).isLessThan(0.5 * random.avgMetrics()[0]);
  }

  @Test
  void evaluatesWhatIsLost() {
    List<Row> rows =
        List.of(
            RowFactory.create(0, 0, Vectors.dense(3, 0), Vectors.dense(3, 2)),
            RowFactory.create(
                0, 1, Vectors.sparse(2, new int[] {1}, new double[] {4}), Vectors.dense(0, 3)));
    Dataset<Row> given =
        spark.createDataFrame(
            rows, TensorSchema.withOutput(dataset.schema(), new CpDecomposition(), 2, 2));
    ReconstructionEvaluator evaluator = new ReconstructionEvaluator();
    assertThat(evaluator.evaluate(given)).isCloseTo(Math.sqrt(5.0 / 25), within(1e-12));
    assertThat(evaluator.isLargerBetter()).isFalse();
    assertThat(evaluator.setMetricName("rmse").evaluate(given))
        .isCloseTo(Math.sqrt(5.0 / 4), within(1e-12));
    assertThat(evaluator.setMetricName("fit").evaluate(given))
        .isCloseTo(1 - Math.sqrt(5.0 / 25), within(1e-12));
    assertThat(evaluator.isLargerBetter()).isTrue();
    assertThatThrownBy(() -> evaluator.evaluate(given.filter("row > 5")))
        .isInstanceOf(TrawlException.class)
        .hasMessageContaining("no rows to evaluate");
  }

  @Test
  void rowsThatCannotBeEvaluatedAreNamed() {
    Vector two = Vectors.dense(1, 2);
    ReconstructionEvaluator evaluator = new ReconstructionEvaluator("evaluator");
    String where = "evaluator: columns 'features' and 'output' have ";
    for (Row row :
        List.of(RowFactory.create(0, 0, null, two), RowFactory.create(0, 0, two, null))) {
      assertThatThrownBy(() -> evaluator.evaluate(given(row)))
          .isInstanceOfSatisfying(
              TrawlException.class,
              e -> assertThat(e.category()).isEqualTo(ErrorCategory.BAD_INPUT))
          .hasMessage(where + "a null in a row; leave such rows out");
    }
    Row unequal = RowFactory.create(0, 0, two, Vectors.dense(1, 2, 3));
    assertThatThrownBy(() -> evaluator.evaluate(given(unequal)))
        .isInstanceOf(TrawlException.class)
        .hasMessage(
            where + "vectors of 2 and of 3 values in a row; give columns of the same length");
  }

  private static Dataset<Row> given(Row row) {
    return spark.createDataFrame(
        List.of(row), TensorSchema.withOutput(dataset.schema(), new CpDecomposition(), 2, 2));
  }
}
