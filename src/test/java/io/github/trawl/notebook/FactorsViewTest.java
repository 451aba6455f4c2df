package io.github.trawl.notebook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.trawl.TrawlException;
import io.github.trawl.factors.FactorFile;
import io.github.trawl.factors.FactorRef;
import io.github.trawl.tensor.LowRankTensor;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Factors as DataFrames, by the dense tensors that they stand for. */
class FactorsViewTest {
  @TempDir private static Path folder;
  private static SparkSession spark;
  private static Path cp;
  private static Path tucker;
  private static Path svd;

  @BeforeAll
  static void start() throws IOException {
    // The serializer that many set for all their jobs, without ours.
    spark = NotebookData.spark("org.apache.spark.serializer.KryoSerializer");
    NotebookData.model(folder);
    cp = NotebookData.cp(spark, folder);
    tucker = NotebookData.tucker(spark, folder);
    svd = NotebookData.svd(spark, folder);
  }

  @AfterAll
  static void stop() {
    spark.stop();
  }

  @Test
  void membersAreThoseOfTheFiles() throws IOException {
    Row row = Trawl.factors(spark, cp.toString()).members().head();
    assertThat(row.<String>getAs("stack")).isEqualTo("model-fc");
    assertThat(row.<String>getAs("member")).isEqualTo("r5-s7");
    assertThat(row.<Integer>getAs("slices")).isEqualTo(4);
    assertThat(row.<Double>getAs("fit")).isBetween(0.0, 1.0);
    assertThat(Trawl.factors(spark, svd.toString()).members().count()).isEqualTo(4);
    assertThat(Trawl.factors(spark, svd + "#r3").members().count()).isEqualTo(4);
    Path marked = Files.move(svd, svd.resolveSibling("a run#r4"));
    assertThat(Trawl.factors(spark, marked.toString()).members().count()).isEqualTo(4);
    Files.move(marked, svd);
    assertThatThrownBy(() -> Trawl.factors(spark, svd + "#r4"))
        .isInstanceOf(TrawlException.class)
        .hasMessageContaining("no factors named r4");
    assertThatThrownBy(() -> Trawl.factors(spark, folder.resolve("none").toString()))
        .isInstanceOf(TrawlException.class)
        .hasMessageContaining("does not exist");
    assertThatThrownBy(() -> Trawl.factors(spark, folder.resolve("model").toString()))
        .isInstanceOf(TrawlException.class)
        .hasMessageContaining("holds no factors");
  }

  @Test
  void similarityIsThatOfTheDenseSlices() throws IOException {
    for (Path output : List.of(cp, tucker)) {
      float[][] slices = slices(output, output.equals(cp) ? 5 : 6, output.equals(cp) ? 7 : 0);
      Map<List<Integer>, Double> cosines =
          Trawl.factors(spark, output.toString()).similarity().collectAsList().stream()
              .collect(
                  Collectors.toMap(
                      row ->
                          List.of(row.<Integer>getAs("slice"), row.<Integer>getAs("other_slice")),
                      row -> row.<Double>getAs("cosine")));
      assertThat(cosines).hasSize(16);
      for (int k = 0; k < 4; k++) {
        for (int l = 0; l < 4; l++) {
          assertThat(cosines.get(List.of(k, l)))
              .as("%s, slices %d and %d", output, k, l)
              .isCloseTo(
                  dot(slices[k], slices[l])
                      / Math.sqrt(dot(slices[k], slices[k]) * dot(slices[l], slices[l])),
                  within(1e-4));
        }
      }
    }
  }

  @Test
  void sharesSumToOneAndNormsToTheWhole() throws IOException {
    for (Path output : List.of(cp, tucker)) {
      FactorsView view = Trawl.factors(spark, output.toString());
      List<Row> sums = view.shares().groupBy("component").sum("share").collectAsList();
      assertThat(sums)
          .isNotEmpty()
          .allSatisfy(row -> assertThat(row.getDouble(1)).isCloseTo(1, within(1e-5)));
    }
    // The components of Tucker are orthogonal: the squares of a slice add up.
    float[][] slices = slices(tucker, 6, 0);
    Trawl.factors(spark, tucker.toString())
        .shares()
        .selectExpr("slice", "layer", "role", "norm * norm as square")
        .groupBy("slice", "layer", "role")
        .sum("square")
        .collectAsList()
        .forEach(
            row -> {
              int slice = row.getInt(0);
              assertThat(row.getDouble(3))
                  .isCloseTo(dot(slices[slice], slices[slice]), within(1e-3));
              assertThat(row.getInt(1)).isEqualTo(slice / 2);
              assertThat(row.getString(2)).isEqualTo(slice % 2 == 0 ? "up" : "down");
            });
  }

  /** Of an SVD the components are singular values, and the residual is all that is left. */
  @Test
  void componentsOfAnSvdAreTheSingularValues() {
    Row first =
        Trawl.factors(spark, svd.toString())
            .components()
            .where("stack = 'layer-1-up'")
            .orderBy("component")
            .head();
    List<Row> spectrum =
        Trawl.checkpoint(spark, folder.resolve("model").toString())
            .spectra("up", "1")
            .orderBy("component")
            .collectAsList();
    assertThat(first.<Double>getAs("value"))
        .isCloseTo(spectrum.get(0).<Double>getAs("value"), within(1e-5));
    double residual = 0;
    for (Row row : spectrum.subList(3, spectrum.size())) {
      residual += Math.pow(row.<Double>getAs("value"), 2);
    }
    assertThat(first.<Double>getAs("noise_edge"))
        .isCloseTo(Math.sqrt(residual / (48 * 32)) * (Math.sqrt(48) + Math.sqrt(32)), within(1e-3));
    assertThat(first.<Boolean>getAs("above_noise"))
        .isEqualTo(first.<Double>getAs("value") > first.<Double>getAs("noise_edge"));
  }

  private static float[][] slices(Path output, int rank, long seed) throws IOException {
    Path file;
    try (Stream<Path> files = Files.list(output.resolve("factors"))) {
      file = files.findFirst().orElseThrow();
    }
    LowRankTensor tensor =
        FactorFile.read(new FactorRef(file.toUri().toString(), rank, seed), new Configuration());
    float[][] slices = new float[tensor.depth()][tensor.rows() * tensor.columns()];
    for (int k = 0; k < slices.length; k++) {
      tensor.reconstruct(k, 0, tensor.rows(), 0, tensor.columns(), FloatBuffer.wrap(slices[k]));
    }
    return slices;
  }

  private static double dot(float[] left, float[] right) {
    double sum = 0;
    for (int i = 0; i < left.length; i++) {
      sum += (double) left[i] * right[i];
    }
    return sum;
  }
}
