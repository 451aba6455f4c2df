package io.github.trawl.ml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.trawl.decomposition.Decomposition;
import io.github.trawl.decomposition.PanelPool;
import io.github.trawl.decomposition.TuckerHooi;
import io.github.trawl.decomposition.TuckerOptions;
import io.github.trawl.decomposition.TuckerRanks;
import io.github.trawl.linalg.BlasProvider;
import io.github.trawl.linalg.FloatMatrix;
import io.github.trawl.linalg.OffHeapMemory;
import io.github.trawl.tensor.TensorBlock;
import io.github.trawl.tensor.TuckerTensor;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.ml.feature.PCA;
import org.apache.spark.ml.feature.PCAModel;
import org.apache.spark.ml.linalg.DenseMatrix;
import org.apache.spark.ml.linalg.Matrix;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class TuckerDecompositionTest {
  private static final TensorData NOISY = TensorData.of(4, 20, 15, 3, 0.3, 9);

  private static SparkSession spark;

  @BeforeAll
  static void startSpark() {
    spark = Sessions.start();
  }

  @AfterAll
  static void stopSpark() {
    spark.stop();
  }

  @Test
  void recoversAnExactLowRankTensor() {
    TensorData exact = TensorData.of(4, 30, 20, 3, 0, 11);
    Dataset<Row> dataset = exact.dataset(spark, 3);
    TuckerDecompositionModel model =
        new TuckerDecomposition().setRanks(new int[] {3, 3, 3}).fit(dataset);
    assertThat(model.relativeError()).isLessThan(2e-3);
    assertThat(TensorData.relativeError(model.transform(dataset))).isLessThan(1e-5);
  }

  /** With a rank below the number of slices, which {@code trawl denoise} does not ask for. */
  @Test
  void hasTheBitsOfTheEngineAndShowsItsFactors() {
    TuckerRanks ranks = new TuckerRanks(2, 3, 4);
    Decomposition expected = engine(ranks);
    TuckerTensor tensor = (TuckerTensor) expected.tensor();
    TuckerDecompositionModel model =
        new TuckerDecomposition()
            .setRanks(new int[] {2, 3, 4})
            .setMaxIter(6)
            .setTol(0)
            .fit(NOISY.dataset(spark, 3));
    TuckerTensor actual = (TuckerTensor) model.fitted().tensor();
    assertThat(actual.core()).isEqualTo(tensor.core());
    assertThat(actual.c()).isEqualTo(tensor.c());
    assertThat(actual.a()).isEqualTo(tensor.a());
    assertThat(actual.b()).isEqualTo(tensor.b());
    assertThat(model.core()).hasSize(2);
    assertThat(model.core()[1].apply(2, 3)).isEqualTo(tensor.core()[2 * 3 * 4 - 1]);
    assertThat(features(model.sliceFactors())).hasDimensions(4, 2);
    assertThat(features(model.rowFactors())).hasDimensions(20, 3);
    assertThat(features(model.columnFactors())).hasDimensions(15, 4);
    assertThat(features(model.columnFactors())[14][3]).isEqualTo(tensor.b()[15 * 4 - 1]);
    assertThat(TensorData.relativeError(model.transform(NOISY.dataset(spark, 1))))
        .isCloseTo(expected.relativeError(), within(1e-5));
  }

  private static Decomposition engine(TuckerRanks ranks) {
    try (OffHeapMemory memory = OffHeapMemory.limitedTo(1 << 24);
        PanelPool pool = new PanelPool(1);
        TensorBlock block = NOISY.load(0, NOISY.rows(), memory)) {
      List<FloatMatrix> slices = new ArrayList<>();
      for (int k = 0; k < block.depth(); k++) {
        slices.add(block.slice(k));
      }
      return new TuckerHooi(new TuckerOptions(ranks, 6, 0), BlasProvider.blas(), memory, pool)
          .decompose(slices);
    }
  }

  /**
   * Of one slice whose columns have mean 0, the factors of the columns span the principal
   * components, for CP as for Tucker, and new rows are projected as PCA projects them.
   */
  @Test
  void ofOneSliceItIsWhatPcaGives() {
    TensorData centred = centred(TensorData.of(1, 40, 8, 3, 0.2, 21));
    TensorData others = TensorData.of(1, 10, 8, 3, 0.4, 22);
    Dataset<Row> dataset = centred.dataset(spark, 2);
    Dataset<Row> newRows =
        others.dataset(spark, 2).selectExpr("slice", "row + 100 AS row", "features");
    PCAModel pca = new PCA().setInputCol("features").setOutputCol("p").setK(3).fit(dataset);
    List<TensorModel<?>> models =
        List.of(
            new TuckerDecomposition().setRanks(new int[] {1, 3, 3}).fit(dataset),
            new CpDecomposition().setRank(3).setMaxIter(500).setTol(0).fit(dataset));
    for (TensorModel<?> model : models) {
      for (Dataset<Row> rows : List.of(dataset, newRows)) {
        for (Row row : pca.transform(model.transform(rows)).collectAsList()) {
          double[] expected = reconstruct(pca.pc(), row.getAs("p"));
          assertThat(row.<Vector>getAs("output").toArray()).containsExactly(expected, within(5e-3));
        }
      }
    }
  }

  private static double[] reconstruct(DenseMatrix components, Vector projected) {
    Matrix matrix = components;
    return matrix.multiply(projected).toArray();
  }

  private static TensorData centred(TensorData data) {
    float[][] slice = data.values()[0];
    for (int j = 0; j < data.columns(); j++) {
      double mean = 0;
      for (float[] row : slice) {
        mean += row[j] / slice.length;
      }
      for (float[] row : slice) {
        row[j] -= (float) mean;
      }
    }
    return data;
  }

  private static double[][] features(Dataset<Row> factors) {
    return factors.collectAsList().stream()
        .map(row -> row.<Vector>getAs("features").toArray())
        .toArray(double[][]::new);
  }
}
