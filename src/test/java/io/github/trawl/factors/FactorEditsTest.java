package io.github.trawl.factors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.trawl.ErrorCategory;
import io.github.trawl.Progress;
import io.github.trawl.TrawlException;
import io.github.trawl.architecture.Architecture;
import io.github.trawl.checkpoint.Checkpoint;
import io.github.trawl.checkpoint.DType;
import io.github.trawl.checkpoint.FloatCodec;
import io.github.trawl.checkpoint.ShardFile;
import io.github.trawl.checkpoint.TensorInfo;
import io.github.trawl.decomposition.Acceleration;
import io.github.trawl.decomposition.DecompositionMethods;
import io.github.trawl.decomposition.DecompositionOptions;
import io.github.trawl.decomposition.StartDistribution;
import io.github.trawl.denoise.DenoiseJob;
import io.github.trawl.denoise.DenoiseRequest;
import io.github.trawl.denoise.TinyModel;
import io.github.trawl.plan.SolveLimits;
import io.github.trawl.plan.StackSelection;
import io.github.trawl.plan.Strategy;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class FactorEditsTest {
  private static final Configuration HADOOP = new Configuration();
  private static JavaSparkContext spark;

  @TempDir private Path folder;

  @BeforeAll
  static void startSpark() {
    spark =
        new JavaSparkContext(
            new SparkConf()
                .setMaster("local[1]")
                .setAppName("test")
                .set("spark.ui.enabled", "false")
                .set("spark.driver.host", "127.0.0.1"));
  }

  @AfterAll
  static void stopSpark() {
    spark.close();
  }

  /** The values equal those of the written checkpoint, rounding included. */
  @ParameterizedTest
  @EnumSource(
      value = DType.class,
      names = {"F32", "BF16", "F16", "F64"})
  void valuesAreThoseOfTheWrittenCheckpoint(DType dtype) throws IOException {
    TinyModel.write(folder.resolve("model"), dtype);
    denoise("out");
    Checkpoint base = open("model");
    Checkpoint written = open("out");
    List<MatrixEdit> edits = only(edits(base).find(text("out")));
    assertThat(edits).hasSize(2 * TinyModel.LAYERS);
    Map<String, ShardFile> shards =
        base.shards().stream().collect(Collectors.toMap(ShardFile::name, Function.identity()));
    Map<String, float[]> values = new HashMap<>();
    for (MatrixEdit edit : edits) {
      values.put(
          edit.slice().tensor().name(),
          Reassembly.values(base.directory(), shards, List.of(edit), HADOOP));
    }
    assertThat(values).hasSize(edits.size());
    values.forEach(
        (name, actual) ->
            assertThat(Arrays.equals(actual, stored("out", written.tensor(name)))).isTrue());
    assertThat(values.keySet())
        .allSatisfy(
            name -> assertThat(values.get(name)).isNotEqualTo(stored("model", base.tensor(name))));
  }

  @Test
  void readsADirectoryOfFactorsAndASingleFile() throws IOException {
    TinyModel.write(folder.resolve("model"), DType.F32);
    denoise("out");
    FactorEdits finder = edits(open("model"));
    assertThat(finder.find(text("out/factors"))).isEqualTo(finder.find(text("out")));
    List<MatrixEdit> last = only(finder.find(text("out/factors/layer-1-fc.arrow")));
    assertThat(last).extracting(edit -> edit.slice().layer()).containsOnly(1);
    assertThat(last).extracting(MatrixEdit::index).containsExactly(0, 1);
  }

  @Test
  void refusesFactorsThatDoNotFit() throws IOException {
    TinyModel.write(folder.resolve("model"), DType.F32);
    denoise("out");
    TinyModel.write(folder.resolve("half"), DType.BF16);
    assertBad(() -> edits(open("half")).find(text("out")), "trawl.json", "checkpoint that was");
    FactorEdits finder = edits(open("model"));
    assertBad(() -> finder.find(text("missing")), "missing", "does not exist");
    assertBad(() -> finder.find(text("model")), "no factors");
    Path factors = folder.resolve("out/factors");
    Files.copy(factors.resolve("layer-1-fc.arrow"), factors.resolve("again.arrow"));
    assertThat(finder.find(text("out")).get("r3-s7"))
        .as("what the manifest names")
        .hasSize(2 * TinyModel.LAYERS);
    assertBad(() -> finder.find(text("out/factors")), "layer 1 UP", "twice");
    Path text = Files.writeString(folder.resolve("text.arrow"), "no Arrow file at all");
    assertBad(() -> finder.find(text("text.arrow")), text.toString());
    Files.copy(
        Path.of("src/test/resources/io/github/trawl/factors/kruskal.arrow"),
        folder.resolve("other.arrow"));
    assertBad(() -> finder.find(text("other.arrow")), "other.arrow");
  }

  /** The whole name comes first: what is behind the mark is a decomposition only if it must be. */
  @Test
  void aMarkMayBePartOfADirectoryThatExists() throws IOException {
    TinyModel.write(folder.resolve("model"), DType.F32);
    denoise("run#2");
    FactorEdits finder = edits(open("model"));
    Map<String, List<MatrixEdit>> found = finder.find(text("run#2"));
    assertThat(found.keySet()).containsExactly("r3-s7");
    assertThat(finder.find(text("run#2") + "#r3-s7")).isEqualTo(found);
    assertBad(() -> finder.find(text("run#3")), "does not exist");
    assertBad(() -> finder.find(""), "factors '' are no path");
    assertBad(() -> finder.find("#r3-s7"), "factors '' are no path");
  }

  /** One decomposition of two stacks, each in a file of its own. */
  @Test
  void findsTheStacksOfOneEditInSeveralFiles() throws IOException {
    TinyModel.write(folder.resolve("model"), DType.F32);
    denoise("out", batch(List.of(2, 5), List.of(7L)));
    FactorEdits finder = edits(open("model"));
    String first = text("out/factors/layer-0-fc.arrow");
    String last = text("out/factors/layer-1-fc.arrow");
    List<MatrixEdit> mixed = finder.find(List.of(last + "#r2-s7", first + "#r5-s7"));
    assertThat(mixed).extracting(edit -> edit.slice().layer()).containsExactly(1, 1, 0, 0);
    assertThat(mixed).extracting(edit -> edit.factors().rank()).containsExactly(2, 2, 5, 5);
    assertThat(mixed.subList(0, 2)).isEqualTo(finder.find(last).get("r2-s7"));
    assertThat(FactorEdits.combine(List.of(mixed.subList(0, 2), mixed.subList(2, 4))))
        .isEqualTo(mixed);
    assertBad(() -> finder.find(List.of(first, last)), "r2-s7, r5-s7", "append #");
    assertBad(
        () -> finder.find(List.of(first + "#r2-s7", first + "#r5-s7")),
        "layer-0-fc.arrow",
        "layer 0 UP");
  }

  /** Every decomposition is an edit of its own; one of them can be named. */
  @Test
  void findsTheMembersOfABatch() throws IOException {
    TinyModel.write(folder.resolve("model"), DType.F32);
    denoise("out", batch(List.of(2, 5), List.of(7L, 8L)));
    FactorEdits finder = edits(open("model"));
    Map<String, List<MatrixEdit>> edits = finder.find(text("out"));
    assertThat(edits.keySet()).containsExactly("r2-s7", "r2-s8", "r5-s7", "r5-s8");
    assertThat(edits.get("r5-s8"))
        .hasSize(2 * TinyModel.LAYERS)
        .allSatisfy(
            edit -> {
              assertThat(edit.factors().rank()).isEqualTo(5);
              assertThat(edit.factors().seed()).isEqualTo(8);
            });
    assertThat(finder.find(text("out") + "#r5-s8")).isEqualTo(Map.of("r5-s8", edits.get("r5-s8")));
    assertBad(() -> finder.find(text("out") + "#r4-s7"), "no r4-s7", "r2-s7, r2-s8, r5-s7, r5-s8");
    denoise("other", batch(List.of(2), List.of(7L)));
    Files.copy(
        folder.resolve("other/factors/layer-1-fc.arrow"),
        folder.resolve("out/factors/layer-1-fc.arrow"),
        StandardCopyOption.REPLACE_EXISTING);
    assertBad(() -> finder.find(text("out")), "holds r2-s8 for 2 of 4 matrices");
  }

  private static DecompositionOptions batch(List<Integer> ranks, List<Long> seeds) {
    return new DecompositionOptions(
        DecompositionMethods.CP,
        ranks,
        List.of(),
        seeds,
        3,
        0,
        StartDistribution.UNIFORM,
        Acceleration.NONE);
  }

  private void denoise(String output) {
    denoise(output, DecompositionOptions.of(DecompositionMethods.CP, 3, 7, 10, 1e-6));
  }

  private void denoise(String output, DecompositionOptions options) {
    new DenoiseJob(spark, Progress.NONE)
        .run(
            new DenoiseRequest(
                path("model"),
                path(output),
                false,
                Optional.empty(),
                new StackSelection(Strategy.LAYER, "fc", "all"),
                options,
                new SolveLimits(1L << 26, 1 << 30, 4096),
                OptionalInt.of(1),
                true,
                new ObjectMapper().createObjectNode()));
  }

  private static List<MatrixEdit> only(Map<String, List<MatrixEdit>> edits) {
    assertThat(edits).hasSize(1);
    return edits.values().iterator().next();
  }

  private String text(String name) {
    return path(name).toString();
  }

  private static FactorEdits edits(Checkpoint checkpoint) {
    return new FactorEdits(checkpoint, Architecture.forModel(checkpoint), HADOOP);
  }

  private org.apache.hadoop.fs.Path path(String name) {
    return new org.apache.hadoop.fs.Path(folder.resolve(name).toUri());
  }

  private Checkpoint open(String name) {
    return Checkpoint.open(path(name), HADOOP);
  }

  private float[] stored(String directory, TensorInfo tensor) {
    try {
      byte[] file = Files.readAllBytes(folder.resolve(directory).resolve(tensor.file()));
      float[] values = new float[(int) (tensor.length() * Byte.SIZE / tensor.dtype().bits())];
      FloatCodec.decode(
          tensor.dtype(),
          ByteBuffer.wrap(file, (int) tensor.offset(), (int) tensor.length()),
          FloatBuffer.wrap(values));
      return values;
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private static void assertBad(Runnable action, String... words) {
    assertThatThrownBy(action::run)
        .isInstanceOfSatisfying(
            TrawlException.class,
            failure -> {
              assertThat(failure.category()).isEqualTo(ErrorCategory.BAD_INPUT);
              assertThat(failure.getMessage()).contains(words);
            });
  }
}
