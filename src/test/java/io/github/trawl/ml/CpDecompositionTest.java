package io.github.trawl.ml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.trawl.decomposition.CpAls;
import io.github.trawl.decomposition.CpMember;
import io.github.trawl.decomposition.CpOptions;
import io.github.trawl.decomposition.Decomposition;
import io.github.trawl.decomposition.PanelPool;
import io.github.trawl.decomposition.ResidentPasses;
import io.github.trawl.decomposition.StartDistribution;
import io.github.trawl.linalg.BlasProvider;
import io.github.trawl.linalg.OffHeapMemory;
import io.github.trawl.tensor.KruskalTensor;
import io.github.trawl.tensor.TensorBlock;
import java.util.List;
import java.util.Map;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CpDecompositionTest {
  private static final TensorData NOISY = TensorData.of(3, 24, 18, 4, 0.3, 5);

  /** Blocks of one row, and so more of them than any division into tasks. */
  private static final double ONE_ROW = 1e-6;

  private static SparkSession spark;

  @BeforeAll
  static void startSpark() {
    spark = Sessions.start();
  }

  @AfterAll
  static void stopSpark() {
    spark.stop();
  }

  private static CpDecomposition estimator() {
    return new CpDecomposition().setRank(4).setSeed(7).setMaxIter(12).setTol(0);
  }

  private static CpDecomposition spread() {
    return estimator().setSpreadThresholdInMB(0).setMaxBlockSizeInMB(ONE_ROW);
  }

  @ParameterizedTest
  @CsvSource({"1024, uniform", "0, uniform", "1024, centred"})
  void recoversAnExactLowRankTensor(double threshold, String initMode) {
    TensorData exact = TensorData.of(4, 30, 20, 3, 0, 11);
    Dataset<Row> dataset = exact.dataset(spark, 3);
    CpDecompositionModel model =
        new CpDecomposition()
            .setRank(3)
            .setSeed(1)
            .setInitMode(initMode)
            .setMaxIter(300)
            .setSpreadThresholdInMB(threshold)
            .fit(dataset);
    assertThat(model.relativeError()).isLessThan(2e-3);
    assertThat(model.convergenceReason()).isEqualTo("TOLERANCE_REACHED");
    assertThat(TensorData.relativeError(model.transform(dataset)))
        .isCloseTo(model.relativeError(), within(1e-3));
    assertThat(model.weights().toArray())
        .hasSize(3)
        .isSortedAccordingTo((x, y) -> Double.compare(y, x));
  }

  /** The bits of the engine's own solve in one process. */
  @Test
  void hasTheBitsOfTheEngine() {
    Decomposition expected = engine();
    CpDecompositionModel model = estimator().fit(NOISY.dataset(spark, 3));
    assertSameBits(model, (KruskalTensor) expected.tensor());
    assertThat(model.relativeError()).isCloseTo(expected.relativeError(), within(1e-12));
    assertThat(model.iterations()).isEqualTo(expected.iterations());
  }

  @Test
  void spreadOverMoreBlocksThanTasksItAgreesWithTheEngine() {
    Decomposition expected = engine();
    CpDecompositionModel model = spread().fit(NOISY.dataset(spark, 3));
    assertThat(model.relativeError()).isCloseTo(expected.relativeError(), within(1e-5));
    assertThat(TensorData.relativeError(model.transform(NOISY.dataset(spark, 2))))
        .isCloseTo(expected.relativeError(), within(1e-5));
  }

  private static Decomposition engine() {
    try (OffHeapMemory memory = OffHeapMemory.limitedTo(1 << 24);
        PanelPool pool = new PanelPool(1);
        TensorBlock block = NOISY.load(0, NOISY.rows(), memory);
        ResidentPasses passes = new ResidentPasses(block, BlasProvider.blas(), memory, pool)) {
      return new CpAls(new CpOptions(12, 0), BlasProvider.blas(), memory, CpAls.Listener.NONE)
          .decompose(passes, List.of(new CpMember(4, 7, StartDistribution.UNIFORM)))
          .get(0);
    }
  }

  /** One partition, more than there are rows, and empty ones. */
  @ParameterizedTest
  @CsvSource({"true", "false"})
  void doesNotDependOnThePartitions(boolean isSpread) {
    CpDecomposition estimator = isSpread ? spread() : estimator();
    CpDecompositionModel expected = estimator.fit(NOISY.dataset(spark, 1));
    assertSameBits(
        estimator.fit(NOISY.dataset(spark, 2 * 3 * 24)),
        (KruskalTensor) expected.fitted().tensor());
    Dataset<Row> withEmpty =
        NOISY.dataset(spark, 2).union(NOISY.dataset(spark, 2).filter("slice < 0"));
    assertSameBits(estimator.fit(withEmpty), (KruskalTensor) expected.fitted().tensor());
  }

  @ParameterizedTest
  @CsvSource({"true", "false"})
  void takesSparseVectorsAsDenseOnes(boolean isSpread) {
    CpDecomposition estimator = isSpread ? spread() : estimator();
    TensorData thin = NOISY.thinned();
    Dataset<Row> sparse =
        TensorData.dataset(
            spark,
            thin.shuffled(slice -> slice, row -> row, Vector::toSparse),
            DataTypes.IntegerType,
            DataTypes.IntegerType);
    assertSameBits(
        estimator.fit(sparse),
        (KruskalTensor) estimator.fit(thin.dataset(spark, 1)).fitted().tensor());
  }

  /** Numbers are sorted as numbers, and need not follow each other. */
  @Test
  void takesSlicesAndRowsOfAnyType() {
    KruskalTensor expected =
        (KruskalTensor) estimator().fit(NOISY.dataset(spark, 1)).fitted().tensor();
    Dataset<Row> longs =
        TensorData.dataset(
            spark,
            NOISY.shuffled(slice -> 9L + 91L * slice, row -> (row - 5) * 10_000_000_000L, v -> v),
            DataTypes.LongType,
            DataTypes.LongType);
    CpDecompositionModel model = estimator().fit(longs);
    assertSameBits(model, expected);
    assertThat(ids(model.sliceFactors())).containsExactly("9", "100", "191");
    assertThat(ids(model.rowFactors()).subList(0, 2))
        .containsExactly(-50_000_000_000L, -40_000_000_000L);
    Dataset<Row> strings =
        TensorData.dataset(
            spark,
            NOISY.shuffled(slice -> "up " + slice, row -> row.shortValue(), v -> v),
            DataTypes.StringType,
            DataTypes.ShortType);
    CpDecompositionModel named = estimator().fit(strings);
    assertSameBits(named, expected);
    assertThat(ids(named.sliceFactors())).containsExactly("up 0", "up 1", "up 2");
  }

  @Test
  void showsItsFactors() {
    CpDecompositionModel model = estimator().fit(NOISY.dataset(spark, 2));
    assertThat(model.numSlices()).isEqualTo(3);
    assertThat(model.numRows()).isEqualTo(24);
    assertThat(model.numFeatures()).isEqualTo(18);
    double[][] c = vectors(model.sliceFactors());
    double[][] a = vectors(model.rowFactors());
    double[][] b = vectors(model.columnFactors());
    double[] weights = model.weights().toArray();
    double differences = 0;
    double squares = 0;
    for (int k = 0; k < 3; k++) {
      for (int i = 0; i < 24; i++) {
        for (int j = 0; j < 18; j++) {
          double value = 0;
          for (int r = 0; r < 4; r++) {
            value += weights[r] * c[k][r] * a[i][r] * b[j][r];
          }
          differences += Math.pow(value - NOISY.values()[k][i][j], 2);
          squares += Math.pow(NOISY.values()[k][i][j], 2);
        }
      }
    }
    assertThat(Math.sqrt(differences / squares)).isCloseTo(model.relativeError(), within(1e-5));
  }

  @Test
  void aTensorOfZerosHasAModelOfZeros() {
    TensorData zeros = new TensorData(new float[2][3][4]);
    CpDecompositionModel model = estimator().fit(zeros.dataset(spark, 2));
    assertThat(model.convergenceReason()).isEqualTo("ZERO_TENSOR");
    for (Row row : model.transform(zeros.dataset(spark, 1)).collectAsList()) {
      assertThat(row.<Vector>getAs("output").toArray()).containsOnly(0).hasSize(4);
    }
  }

  /** With Kryo as the serializer, but none of our classes registered. */
  @Test
  void runsWithTheKryoOfAUser() {
    KruskalTensor expected =
        (KruskalTensor) spread().fit(NOISY.dataset(spark, 2)).fitted().tensor();
    spark.stop();
    spark =
        Sessions.start(Map.of("spark.serializer", "org.apache.spark.serializer.KryoSerializer"));
    try {
      CpDecompositionModel model = spread().fit(NOISY.dataset(spark, 2));
      assertSameBits(model, expected);
      assertThat(TensorData.relativeError(model.transform(NOISY.dataset(spark, 2))))
          .isCloseTo(model.relativeError(), within(1e-5));
      assertSameBits(estimator().fit(NOISY.dataset(spark, 2)), (KruskalTensor) engine().tensor());
    } finally {
      spark.stop();
      spark = Sessions.start();
    }
  }

  static void assertSameBits(CpDecompositionModel model, KruskalTensor expected) {
    KruskalTensor actual = (KruskalTensor) model.fitted().tensor();
    assertThat(actual.weights()).isEqualTo(expected.weights());
    assertThat(actual.c()).isEqualTo(expected.c());
    assertThat(actual.a()).isEqualTo(expected.a());
    assertThat(actual.b()).isEqualTo(expected.b());
  }

  private static List<Object> ids(Dataset<Row> factors) {
    return factors.collectAsList().stream().map(row -> row.get(0)).toList();
  }

  private static double[][] vectors(Dataset<Row> factors) {
    return factors.collectAsList().stream()
        .map(row -> row.<Vector>getAs("features").toArray())
        .toArray(double[][]::new);
  }
}
