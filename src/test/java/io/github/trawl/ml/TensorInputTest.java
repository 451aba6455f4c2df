package io.github.trawl.ml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.trawl.ErrorCategory;
import io.github.trawl.TrawlException;
import io.github.trawl.tensor.KruskalTensor;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What is said of data sets and settings that fit no tensor. */
class TensorInputTest {
  private static final TensorData DATA = TensorData.of(2, 5, 4, 2, 0.1, 3);

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
    return new CpDecomposition("cp").setRank(2).setMaxIter(3);
  }

  private static void assertRefused(List<Row> rows, String... parts) {
    assertRefused(estimator(), rows, parts);
  }

  private static void assertRefused(CpDecomposition estimator, List<Row> rows, String... parts) {
    Dataset<Row> dataset =
        TensorData.dataset(spark, rows, DataTypes.StringType, DataTypes.IntegerType).repartition(3);
    assertThatThrownBy(() -> estimator.fit(dataset))
        .isInstanceOfSatisfying(
            TrawlException.class,
            e -> {
              assertThat(e.category()).isEqualTo(ErrorCategory.BAD_INPUT);
              assertThat(e.getMessage()).doesNotContain("\n");
            })
        .hasMessageContainingAll(parts);
  }

  private static List<Row> rows() {
    return new ArrayList<>(DATA.shuffled(slice -> "s" + slice, row -> row, v -> v));
  }

  private static Row row(String slice, Integer row, double... values) {
    return RowFactory.create(slice, row, Vectors.dense(values));
  }

  @Test
  void aRowThatASliceLacksIsNamed() {
    List<Row> rows = rows();
    rows.removeIf(row -> row.getString(0).equals("s1") && row.getInt(1) == 3);
    assertRefused(rows, "slice 's1' has no row 3, which slice 's0' has", "'skip'");
    List<Row> more = rows();
    more.add(row("s1", 8, 1, 2, 3, 4));
    assertRefused(more, "slice 's0' has no row 8, which slice 's1' has");
  }

  @Test
  void aRowThatIsThereTwiceIsNamed() {
    List<Row> rows = rows();
    rows.add(row("s0", 2, 1, 2, 3, 4));
    assertRefused(rows, "slice 's0' has row 2 more than once");
    assertRefused(
        estimator().setHandleInvalid("skip"), rows, "slice 's0' has row 2 more than once");
  }

  @Test
  void vectorsOfUnequalLengthsAreNamed() {
    List<Row> rows = rows();
    rows.add(row("s0", 9, 1, 2, 3));
    assertRefused(rows, "slice 's0', row 9", "3", "4", "all need the same number");
    assertRefused(List.of(row("s", 0)), "features have length 0");
  }

  @Test
  void valuesThatAreNotFiniteAreNamed() {
    for (double bad : List.of(Double.NaN, Double.NEGATIVE_INFINITY, 1e39)) {
      List<Row> rows = rows();
      rows.add(row("s0", 7, 0, bad, 1, 1));
      assertRefused(rows, "slice 's0', row 7 has the value " + bad, "'skip'");
    }
  }

  @Test
  void nullsAreNamed() {
    List<Row> noSlice = rows();
    noSlice.add(row(null, 7, 1, 1, 1, 1));
    assertRefused(noSlice, "row 7 has null as its slice");
    List<Row> noRow = rows();
    noRow.add(row("s1", null, 1, 1, 1, 1));
    assertRefused(noRow, "slice 's1' has a row whose number is null");
    List<Row> noFeatures = rows();
    noFeatures.add(RowFactory.create("s1", 7, null));
    assertRefused(noFeatures, "slice 's1', row 7 has null as its features");
  }

  @Test
  void anEmptyDataSetIsRefused() {
    assertRefused(List.of(), "no rows to fit to");
    assertRefused(
        estimator().setHandleInvalid("skip"),
        List.of(row("a", 0, 1, 2), row("b", 1, 1, 2)),
        "no row is in all of the 2 slices");
  }

  @Test
  void whatIsInvalidIsSkippedOnRequest() {
    List<Row> rows = rows();
    rows.add(row("s0", 7, 0, Double.NaN, 1, 1));
    rows.add(row("s1", 7, 0, 1, 1, 1));
    rows.add(row("s1", 8, 0, 1, 1, 1));
    rows.add(row(null, 9, 0, 1, 1, 1));
    rows.add(RowFactory.create("s1", 10, null));
    Dataset<Row> dataset =
        TensorData.dataset(spark, rows, DataTypes.StringType, DataTypes.IntegerType);
    CpDecompositionModel model = estimator().setHandleInvalid("skip").fit(dataset);
    assertThat(model.numRows()).isEqualTo(5);
    CpDecompositionTest.assertSameBits(
        model, (KruskalTensor) estimator().fit(DATA.dataset(spark, 2)).fitted().tensor());
  }

  @Test
  void ranksThatAreTooLargeAreRefused() {
    assertThatThrownBy(() -> estimator().setRank(9).fit(DATA.dataset(spark, 1)))
        .isInstanceOf(TrawlException.class)
        .hasMessage(
            "cp: rank 9 is more than a tensor of (2, 5, 4) needs to be exact; give at most 8");
    TuckerDecomposition tucker = new TuckerDecomposition("tucker");
    assertThatThrownBy(() -> tucker.fit(DATA.dataset(spark, 1)))
        .hasMessageContaining("ranks are not set");
    assertThatThrownBy(() -> tucker.setRanks(new int[] {2, 3, 5}).fit(DATA.dataset(spark, 1)))
        .hasMessageContaining(
            "[2, 3, 5] are more than a tensor of (2, 5, 4) has; give at most 4 for the columns");
  }

  @Test
  void memoryThatDoesNotSufficeIsNamedByItsParameter() {
    TensorData large = TensorData.of(1, 600, 600, 1, 0, 1);
    assertThatThrownBy(() -> estimator().setMaxMemoryInMB(1).fit(large.dataset(spark, 1)))
        .isInstanceOf(TrawlException.class)
        .hasMessageContainingAll(
            "cp: one task holds the tensor of (1, 600, 600), which takes at least ",
            " MB, more than the 1 MB outside the heap that maxMemoryInMB allows; raise it or lower");
    assertThatThrownBy(
            () ->
                estimator()
                    .setMaxMemoryInMB(1)
                    .setSpreadThresholdInMB(0)
                    .fit(large.dataset(spark, 1)))
        .isInstanceOf(TrawlException.class)
        .hasMessage(
            "cp: fitting needs more than the 1 MB outside the heap that maxMemoryInMB allows; raise it"
                + " or lower the rank");
  }

  @Test
  void dataThatChangesBetweenReadingsIsNamed() {
    Countdown.OF_ROWS.set(DATA.depth() * DATA.rows());
    Dataset<Row> dataset =
        spark.createDataFrame(
            JavaSparkContext.fromSparkContext(spark.sparkContext())
                .parallelize(rows(), 2)
                .filter(row -> Countdown.OF_ROWS.decrementAndGet() >= 0),
            TensorData.schema(
                DataTypes.StringType, DataTypes.IntegerType, SQLDataTypes.VectorType()));
    assertThatThrownBy(() -> estimator().fit(dataset))
        .isInstanceOf(TrawlException.class)
        .hasMessageContaining("persist it before fitting");
  }

  /** The second time, vectors are shorter or longer than all were the first time. */
  @Test
  void vectorsOfAnotherLengthInTheSecondReadingAreNamed() {
    for (Vector other :
        List.of(
            Vectors.dense(1, 2, 3),
            Vectors.dense(1, 2, 3, 4, 5),
            Vectors.sparse(9, new int[] {8}, new double[] {1}))) {
      Countdown.OF_ROWS.set(DATA.depth() * DATA.rows());
      Dataset<Row> dataset =
          spark.createDataFrame(
              JavaSparkContext.fromSparkContext(spark.sparkContext())
                  .parallelize(rows(), 2)
                  .map(
                      row ->
                          Countdown.OF_ROWS.decrementAndGet() >= 0
                              ? row
                              : RowFactory.create(row.get(0), row.get(1), other)),
              TensorData.schema(
                  DataTypes.StringType, DataTypes.IntegerType, SQLDataTypes.VectorType()));
      assertThatThrownBy(() -> estimator().fit(dataset))
          .isInstanceOfSatisfying(
              TrawlException.class,
              e -> assertThat(e.category()).isEqualTo(ErrorCategory.BAD_INPUT))
          .hasMessageMatching(
              "the data set had other rows when it was read again \\(slice 's\\d', row \\d has "
                  + other.size()
                  + " features instead of 4\\); persist it before fitting");
    }
  }

  /** Rows that are still to be given; of the process, not of the task. */
  private static final class Countdown {
    private static final AtomicInteger OF_ROWS = new AtomicInteger();
  }

  @Test
  void columnsAreChecked() {
    assertSchemaRefused("slice", DataTypes.DoubleType, "'slice' is of type double");
    assertSchemaRefused("row", DataTypes.StringType, "'row' is of type string");
    assertSchemaRefused(
        "features", DataTypes.createArrayType(DataTypes.DoubleType), "array<double>");
    CpDecomposition estimator = estimator();
    Dataset<Row> dataset = DATA.dataset(spark, 1);
    assertThatThrownBy(
            () ->
                estimator
                    .copy(ParamMap.empty())
                    .setFeaturesCol("x")
                    .transformSchema(dataset.schema()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "cp: there is no column 'x' among [slice, row, features]; set the parameter to one of these");
    assertThatThrownBy(
            () ->
                estimator
                    .copy(ParamMap.empty())
                    .setRowCol("slice")
                    .transformSchema(dataset.schema()))
        .hasMessageContaining("sliceCol and rowCol are both 'slice'");
    assertThatThrownBy(
            () ->
                estimator
                    .copy(ParamMap.empty())
                    .setOutputCol("row")
                    .transformSchema(dataset.schema()))
        .hasMessageContaining("output column 'row' is there already");
    assertThatThrownBy(
            () ->
                estimator
                    .copy(ParamMap.empty())
                    .setFactorCol("output")
                    .transformSchema(dataset.schema()))
        .hasMessageContaining("output column 'output' is there already");
    assertThat(
            estimator
                .copy(ParamMap.empty())
                .setFactorCol("f")
                .transformSchema(dataset.schema())
                .fieldNames())
        .containsExactly("slice", "row", "features", "output", "f");
  }

  private static void assertSchemaRefused(String column, DataType type, String message) {
    DataType slice = column.equals("slice") ? type : DataTypes.IntegerType;
    DataType row = column.equals("row") ? type : DataTypes.IntegerType;
    DataType features = column.equals("features") ? type : SQLDataTypes.VectorType();
    assertThatThrownBy(() -> estimator().transformSchema(TensorData.schema(slice, row, features)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(message);
  }
}
