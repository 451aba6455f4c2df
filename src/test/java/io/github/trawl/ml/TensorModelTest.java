package io.github.trawl.ml;

import static org.apache.spark.ml.functions.vector_to_array;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.trawl.TrawlException;
import io.github.trawl.checkpoint.Staging;
import io.github.trawl.decomposition.Acceleration;
import io.github.trawl.decomposition.ConvergenceReason;
import io.github.trawl.decomposition.Decomposition;
import io.github.trawl.decomposition.DecompositionMethods;
import io.github.trawl.decomposition.DecompositionOptions;
import io.github.trawl.decomposition.FactorStart;
import io.github.trawl.factors.FactorFile;
import io.github.trawl.solve.SolvedFactors;
import io.github.trawl.tensor.KruskalTensor;
import io.github.trawl.tensor.TensorShape;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.SparkException;
import org.apache.spark.ml.Pipeline;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.ml.PipelineStage;
import org.apache.spark.ml.attribute.AttributeGroup;
import org.apache.spark.ml.feature.VectorAssembler;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.param.Params;
import org.apache.spark.ml.tuning.CrossValidator;
import org.apache.spark.ml.tuning.CrossValidatorModel;
import org.apache.spark.ml.tuning.ParamGridBuilder;
import org.apache.spark.ml.util.MLWritable;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Models and estimators as stages of MLlib: transform, copy, save, load, tune. */
class TensorModelTest {
  private static final TensorData DATA = TensorData.of(3, 12, 10, 3, 0.2, 17);

  private static SparkSession spark;
  private static Dataset<Row> dataset;
  private static CpDecompositionModel cp;
  private static TuckerDecompositionModel tucker;

  @TempDir private Path directory;

  @BeforeAll
  static void startSpark() {
    spark = Sessions.start();
    dataset = DATA.dataset(spark, 2).cache();
    cp = cpEstimator().fit(dataset);
    tucker = tuckerEstimator().fit(dataset);
  }

  @AfterAll
  static void stopSpark() {
    spark.stop();
  }

  /** Nothing has its default. */
  private static CpDecomposition cpEstimator() {
    return new CpDecomposition("cp")
        .setRank(3)
        .setSeed(-5)
        .setInitMode("centred")
        .setMaxIter(40)
        .setTol(1e-5)
        .setFactorCol("factor")
        .setHandleInvalid("skip")
        .setColdStartStrategy("nan")
        .setMaxMemoryInMB(256)
        .setMaxBlockSizeInMB(0.5)
        .setSpreadThresholdInMB(100)
        .setOutputCol("denoised");
  }

  private static TuckerDecomposition tuckerEstimator() {
    return new TuckerDecomposition("tucker").setRanks(new int[] {2, 3, 3}).setMaxIter(20).setTol(0);
  }

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
    CpDecomposition estimator = cpEstimator();
    assertThat(cp.parent().uid()).isEqualTo("cp");
    assertThat(cp.uid()).isEqualTo("cp");
    CpDecompositionModel copy = cp.copy(new ParamMap().put(cp.outputCol(), "other"));
    assertThat(copy.uid()).isEqualTo("cp");
    assertThat(copy.parent()).isSameAs(cp.parent());
    assertThat(copy.getOutputCol()).isEqualTo("other");
    assertThat(cp.getOutputCol()).isEqualTo("denoised");
    assertThat(copy.fitted()).isSameAs(cp.fitted());
    assertSameParams(cp, estimator);
    CpDecomposition changed = estimator.copy(new ParamMap().put(estimator.rank().w(2)));
    assertThat(changed.uid()).isEqualTo("cp");
    assertThat(changed.getRank()).isEqualTo(2);
    assertThat(estimator.getRank()).isEqualTo(3);
    assertThat(new CpDecomposition().uid()).startsWith("cpDecomposition_");
    assertThat(new CpDecomposition().uid()).isNotEqualTo(new CpDecomposition().uid());
    assertThat(new TuckerDecomposition().uid()).startsWith("tuckerDecomposition_");
    assertThat(cp.toString()).startsWith("CpDecompositionModel: uid=cp, numSlices=3");
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
  void everyParameterIsReadAsItWasWritten() throws IOException {
    CpDecomposition cpRead = CpDecomposition.load(saved(cpEstimator(), "cp"));
    assertThat(cpRead.uid()).isEqualTo("cp");
    assertSameParams(cpRead, cpEstimator());
    assertSameParams(
        TuckerDecomposition.load(saved(tuckerEstimator(), "tucker")), tuckerEstimator());
    ReconstructionEvaluator evaluator =
        new ReconstructionEvaluator().setFeaturesCol("x").setOutputCol("y").setMetricName("rmse");
    assertSameParams(ReconstructionEvaluator.load(saved(evaluator, "evaluator")), evaluator);
  }

  @Test
  void modelsAreReadAsTheyWereWritten() throws IOException {
    CpDecompositionModel read = CpDecompositionModel.load(saved(cp, "cp-model"));
    assertThat(read.uid()).isEqualTo(cp.uid());
    assertSameParams(read, cp);
    assertThat(read.relativeError()).isEqualTo(cp.relativeError());
    assertThat(read.iterations()).isEqualTo(cp.iterations());
    assertThat(read.transform(dataset).collectAsList())
        .isEqualTo(cp.transform(dataset).collectAsList());
    TuckerDecompositionModel other = TuckerDecompositionModel.load(saved(tucker, "tucker-model"));
    assertSameParams(other, tucker);
    assertThat(other.transform(dataset).collectAsList())
        .isEqualTo(tucker.transform(dataset).collectAsList());
    assertThatThrownBy(() -> saved(cp, "cp-model")).isInstanceOf(IOException.class);
    cp.write().overwrite().save(directory.resolve("cp-model").toString());
    assertThat(CpDecompositionModel.load(directory.resolve("cp-model").toString()).uid())
        .isEqualTo("cp");
    assertThatThrownBy(
            () -> TuckerDecompositionModel.load(directory.resolve("cp-model").toString()))
        .isInstanceOfAny(TrawlException.class, ClassCastException.class);
  }

  private String saved(MLWritable stage, String name) throws IOException {
    String path = directory.resolve(name).toString();
    stage.save(path);
    return path;
  }

  private static void assertSameParams(Params actual, Params expected) {
    for (Param<?> param : actual.params()) {
      assertThat(actual.isSet(param))
          .as(param.name())
          .isEqualTo(expected.isSet(expected.getParam(param.name())));
      if (actual.isDefined(param)) {
        assertThat((Object) actual.getOrDefault(param))
            .as(param.name())
            .isEqualTo(expected.getOrDefault(expected.getParam(param.name())));
      }
    }
  }

  @Test
  void readsTheFactorFileOfAModelByItself() throws IOException {
    String file = saved(cp, "as-file") + "/data/factors.arrow";
    CpDecompositionModel read = CpDecompositionModel.fromFactors(file);
    assertThat(read.getRank()).isEqualTo(3);
    assertThat(read.getSeed()).isEqualTo(-5);
    assertThat(read.relativeError()).isEqualTo(cp.relativeError());
    assertThat(read.transform(dataset).select("output").collectAsList())
        .isEqualTo(cp.transform(dataset).select("denoised").collectAsList());
    assertThat(CpDecompositionModel.fromFactors(file + "#r3-s-5").iterations())
        .isEqualTo(cp.iterations());
    assertThatThrownBy(() -> CpDecompositionModel.fromFactors(file + "#r4"))
        .isInstanceOf(TrawlException.class)
        .hasMessageContaining("it holds no r4");
    assertThatThrownBy(() -> TuckerDecompositionModel.fromFactors(file))
        .isInstanceOf(TrawlException.class)
        .hasMessageContaining("holds a decomposition of cp or svd; read it with CpDecomp");
    String core = saved(tucker, "tucker-file") + "/data/factors.arrow";
    assertThat(TuckerDecompositionModel.fromFactors(core).getRanks()).containsExactly(2, 3, 3);
  }

  /** As {@code trawl denoise} writes it for several ranks and seeds. */
  @Test
  void readsOneOfSeveralDecompositionsOfAFile() {
    DecompositionOptions options =
        new DecompositionOptions(
            DecompositionMethods.CP,
            List.of(1, 2),
            List.of(),
            List.of(0L, 4L),
            5,
            0,
            FactorStart.UNIFORM,
            Acceleration.NONE);
    List<Decomposition> solved = new ArrayList<>();
    for (int rank : List.of(1, 1, 2, 2)) {
      KruskalTensor tensor =
          new KruskalTensor(values(rank), values(2 * rank), values(3 * rank), values(4 * rank));
      solved.add(
          new Decomposition(
              tensor, 0.1 * solved.size(), 5, ConvergenceReason.MAX_ITERATIONS, new double[5]));
    }
    FactorFile.write(
        new Staging(directory.toString(), directory.toString()),
        "run",
        "layer-0-fc.arrow",
        SolvedFactors.of(
            "layer-0-fc", List.of("0.up", "0.down"), new TensorShape(2, 3, 4), options, solved),
        new Configuration());
    String file = directory.resolve("run/layer-0-fc.arrow").toString();
    CpDecompositionModel model = CpDecompositionModel.fromFactors(file + "#r2-s4");
    assertThat(model.getRank()).isEqualTo(2);
    assertThat(model.getSeed()).isEqualTo(4);
    assertThat(model.relativeError()).isCloseTo(0.3, within(1e-12));
    Dataset<Row> places =
        spark.createDataFrame(
            List.of(RowFactory.create("0.down", 2, Vectors.zeros(4))),
            TensorData.schema(
                DataTypes.StringType, DataTypes.IntegerType, SQLDataTypes.VectorType()));
    // Values count from 1: weight, slice 1, row 2, column 0 of two components.
    assertThat(model.transform(places).first().<Vector>getAs("output").apply(0))
        .isEqualTo(1 * 3 * 5 * 1 + 2 * 4 * 6 * 2);
    assertThatThrownBy(() -> CpDecompositionModel.fromFactors(file))
        .isInstanceOf(TrawlException.class)
        .hasMessageContaining("name one behind the file: #r1-s0, #r1-s4, #r2-s0, #r2-s4");
  }

  private static float[] values(int count) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = i + 1;
    }
    return values;
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
    String path = saved(pipeline, "pipeline");
    PipelineModel model = Pipeline.load(path).fit(numbers, estimator.rank().w(2));
    assertThat(((CpDecompositionModel) model.stages()[1]).getRank()).isEqualTo(2);
    PipelineModel read = PipelineModel.load(saved(model, "pipeline-model"));
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
}
