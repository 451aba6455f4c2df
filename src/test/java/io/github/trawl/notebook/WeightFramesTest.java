package io.github.trawl.notebook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.trawl.ErrorCategory;
import io.github.trawl.TrawlException;
import io.github.trawl.checkpoint.Checkpoint;
import io.github.trawl.checkpoint.TensorInfo;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Checkpoints as DataFrames, one and two, by sums over the file's bytes. */
class WeightFramesTest {
  @TempDir private static Path folder;
  private static SparkSession spark;
  private static Path model;
  private static CheckpointView view;

  @BeforeAll
  static void start() throws IOException {
    spark = NotebookData.spark();
    model = NotebookData.model(folder);
    view = Trawl.checkpoint(spark, model.toString());
  }

  @AfterAll
  static void stop() {
    spark.stop();
  }

  @Test
  void everyTensorHasARow() {
    Checkpoint checkpoint = open(model);
    Map<String, Row> rows = byTensor(view.tensors());
    assertThat(rows).hasSameSizeAs(checkpoint.tensors());
    for (TensorInfo tensor : checkpoint.tensors()) {
      Row row = rows.get(tensor.name());
      assertThat(row.<String>getAs("dtype")).isEqualTo("F32");
      assertThat(row.<Long>getAs("parameters") * 4).isEqualTo(tensor.length());
      assertThat(row.getList(row.fieldIndex("shape"))).isEqualTo(tensor.shape());
    }
    Row up = rows.get("bert.encoder.layer.1.intermediate.dense.weight");
    assertThat(up.<String>getAs("family"))
        .isEqualTo("bert.encoder.layer.{i}.intermediate.dense.weight");
    assertThat(up.<Integer>getAs("layer")).isEqualTo(1);
    assertThat(up.getList(up.fieldIndex("roles"))).isEqualTo(List.of("up"));
    assertThat(up.<Boolean>getAs("stackable")).isTrue();
    Row bias = rows.get("bert.encoder.layer.1.intermediate.dense.bias");
    assertThat(bias.<Integer>getAs("layer")).isEqualTo(1);
    assertThat(bias.<Boolean>getAs("stackable")).isFalse();
    Row words = rows.get("bert.embeddings.word_embeddings.weight");
    assertThat(words.<Integer>getAs("layer")).isNull();
    assertThat(words.getList(words.fieldIndex("roles"))).isEmpty();
  }

  @Test
  void normsAreThoseOfTheStoredValues() throws IOException {
    Map<String, Row> rows = byTensor(view.norms());
    for (TensorInfo tensor : open(model).tensors()) {
      double squares = 0;
      double sum = 0;
      double largest = 0;
      float[] values = values(model, tensor);
      for (float value : values) {
        sum += value;
        squares += (double) value * value;
        largest = Math.max(largest, Math.abs(value));
      }
      double mean = sum / values.length;
      Row row = rows.get(tensor.name());
      assertThat(row.<Double>getAs("norm")).isCloseTo(Math.sqrt(squares), within(1e-9));
      assertThat(row.<Double>getAs("mean")).isCloseTo(mean, within(1e-9));
      assertThat(row.<Double>getAs("standard_deviation"))
          .isCloseTo(Math.sqrt(Math.max(0, squares / values.length - mean * mean)), within(1e-7));
      assertThat(row.<Double>getAs("largest")).isEqualTo(largest);
      assertThat(row.<Long>getAs("not_finite")).isZero();
    }
  }

  /** The largest singular value by power iteration, all by the norm. */
  @Test
  void spectraAreSingularValues() throws IOException {
    Dataset<Row> spectra = view.spectra("up,q", "last:1").cache();
    assertThat(spectra.count()).isEqualTo(32 + 32);
    TensorInfo up = open(model).tensor("bert.encoder.layer.1.intermediate.dense.weight");
    float[] matrix = values(model, up);
    List<Row> rows = spectra.where("role = 'up'").orderBy("component").collectAsList();
    assertThat(rows)
        .extracting(row -> row.<Integer>getAs("component"))
        .startsWith(1, 2, 3)
        .endsWith(32);
    double squares = 0;
    for (float value : matrix) {
      squares += (double) value * value;
    }
    double sum = 0;
    for (Row row : rows) {
      double value = row.<Double>getAs("value");
      sum += value * value;
      assertThat(row.<Double>getAs("energy")).isCloseTo(sum / squares, within(1e-5));
      assertThat(row.<Double>getAs("relative"))
          .isCloseTo(value / rows.get(0).<Double>getAs("value"), within(1e-12));
      assertThat(row.<Boolean>getAs("above_noise"))
          .isEqualTo(value > row.<Double>getAs("noise_edge"));
      assertThat(row.<Integer>getAs("rows")).isEqualTo(48);
      assertThat(row.<Integer>getAs("columns")).isEqualTo(32);
    }
    assertThat(sum).isCloseTo(squares, within(1e-4 * squares));
    assertThat(rows.get(0).<Double>getAs("value"))
        .isCloseTo(largestSingularValue(matrix, 48, 32), within(1e-4));
    double median = (rows.get(15).<Double>getAs("value") + rows.get(16).<Double>getAs("value")) / 2;
    assertThat(rows.get(0).<Double>getAs("hard_threshold"))
        .isCloseTo(NoiseThreshold.ofMedian(48, 32, median).hardThreshold(), within(1e-9));
    spectra.unpersist();
  }

  private static double largestSingularValue(float[] matrix, int rows, int columns) {
    double[] vector = new double[columns];
    java.util.Arrays.fill(vector, 1);
    vector[0] = 2;
    double norm = 0;
    for (int round = 0; round < 2000; round++) {
      double[] next = new double[columns];
      for (int i = 0; i < rows; i++) {
        double product = 0;
        for (int j = 0; j < columns; j++) {
          product += matrix[i * columns + j] * vector[j];
        }
        for (int j = 0; j < columns; j++) {
          next[j] += matrix[i * columns + j] * product;
        }
      }
      norm = 0;
      for (double value : next) {
        norm += value * value;
      }
      norm = Math.sqrt(norm);
      for (int j = 0; j < columns; j++) {
        vector[j] = next[j] / norm;
      }
    }
    return Math.sqrt(norm);
  }

  @Test
  void matricesAndStacksAreThoseOfThePlan() {
    assertThat(
            view.matrices()
                .where("role = 'down'")
                .select("rows", "columns", "fused")
                .distinct()
                .collectAsList())
        .extracting(Row::toString)
        .containsExactly("[32,48,false]");
    assertThat(
            view.stacks()
                .where("strategy = 'layer' and matrices = 'fc'")
                .orderBy("stack")
                .collectAsList())
        .extracting(row -> row.<String>getAs("stack") + " " + row.<Integer>getAs("slices"))
        .containsExactly("layer-0-fc 2", "layer-1-fc 2");
    assertThat(view.remarks().count()).isZero();
  }

  @Test
  void aModelOfAnUnknownFamilyHasTensorsAndARemark() throws IOException {
    Path unknown = copy("unknown");
    Path config = unknown.resolve("config.json");
    Files.writeString(config, Files.readString(config).replace("\"bert\"", "\"new\""));
    CheckpointView other = Trawl.checkpoint(spark, unknown.toString());
    assertThat(other.tensors().count()).isEqualTo(view.tensors().count());
    assertThat(other.tensors().where("stackable").count()).isZero();
    assertThat(other.tensors().where("layer = 1").count())
        .isEqualTo(view.tensors().where("layer = 1").count());
    assertThat(other.matrices().count()).isZero();
    assertThat(other.stacks().count()).isZero();
    assertThat(other.remarks().collectAsList()).hasSize(1);
    assertThatThrownBy(() -> other.spectra("fc", "all"))
        .isInstanceOf(TrawlException.class)
        .hasMessageContaining("spectra need an architecture");
  }

  @Test
  void comparesTensorByTensor() throws IOException {
    Path second = copy("second");
    Checkpoint checkpoint = open(model);
    TensorInfo up = checkpoint.tensor("bert.encoder.layer.1.intermediate.dense.weight");
    TensorInfo bias = checkpoint.tensor("bert.encoder.layer.0.output.dense.bias");
    byte[] file = Files.readAllBytes(second.resolve(up.file()));
    ByteBuffer bytes = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
    // Twice the first value of one tensor, and all values of another.
    int at = (int) up.offset();
    float first = bytes.getFloat(at);
    bytes.putFloat(at, 2 * first);
    for (int i = (int) bias.offset(); i < bias.offset() + bias.length(); i += 4) {
      bytes.putFloat(i, 1 + bytes.getFloat(i));
    }
    Files.write(second.resolve(up.file()), file);

    ComparisonView comparison = Trawl.compare(spark, model.toString(), second.toString());
    Map<String, Row> rows = byTensor(comparison.tensors());
    assertThat(rows.values())
        .filteredOn(row -> !row.getAs("status").equals("same"))
        .extracting(row -> row.<String>getAs("tensor"))
        .containsExactlyInAnyOrder(up.name(), bias.name());
    double squares = 0;
    for (float value : values(model, up)) {
      squares += (double) value * value;
    }
    Row changed = rows.get(up.name());
    assertThat(changed.<Double>getAs("relative_difference"))
        .isCloseTo(Math.abs(first) / Math.sqrt(squares), within(1e-9));
    assertThat(changed.<Long>getAs("changed_values")).isEqualTo(1);
    assertThat(changed.<Double>getAs("largest_difference")).isEqualTo(Math.abs(first));
    assertThat(rows.get(bias.name()).<Long>getAs("changed_values")).isEqualTo(32);
    assertThat(rows.get(bias.name()).<Double>getAs("difference_norm"))
        .isCloseTo(Math.sqrt(32), within(1e-5));

    Map<Integer, Row> layers = new HashMap<>();
    comparison.layers().collectAsList().forEach(row -> layers.put(row.getAs("layer"), row));
    assertThat(layers).containsOnlyKeys(0, 1, null);
    double layer = 0;
    for (TensorInfo tensor : checkpoint.tensors()) {
      if (tensor.name().contains("layer.1.")) {
        for (float value : values(model, tensor)) {
          layer += (double) value * value;
        }
      }
    }
    assertThat(layers.get(1).<Double>getAs("relative_difference"))
        .isCloseTo(Math.abs(first) / Math.sqrt(layer), within(1e-9));
    assertThat(layers.get(1).<Long>getAs("changed_tensors")).isEqualTo(1);
    assertThat(layers.get(null).<Double>getAs("relative_difference")).isZero();
  }

  @Test
  void valuesThatAreNotFiniteAreTheSameAsThemselves() throws IOException {
    Path damaged = copy("damaged");
    TensorInfo up = open(model).tensor("bert.encoder.layer.1.intermediate.dense.weight");
    byte[] file = Files.readAllBytes(damaged.resolve(up.file()));
    ByteBuffer bytes = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
    int at = (int) up.offset();
    bytes.putFloat(at, Float.NaN).putFloat(at + 4, Float.NEGATIVE_INFINITY);
    Files.write(damaged.resolve(up.file()), file);

    Row same =
        byTensor(Trawl.compare(spark, damaged.toString(), damaged.toString()).tensors())
            .get(up.name());
    assertThat(same.<String>getAs("status")).isEqualTo("same");
    assertThat(same.<Long>getAs("changed_values")).isZero();
    assertThat(same.<Double>getAs("difference_norm")).isZero();
    assertThat(same.<Double>getAs("largest_difference")).isZero();
    assertThat(same.<Double>getAs("relative_difference")).isZero();
    Row changed =
        byTensor(Trawl.compare(spark, model.toString(), damaged.toString()).tensors())
            .get(up.name());
    assertThat(changed.<String>getAs("status")).isEqualTo("changed");
    assertThat(changed.<Long>getAs("changed_values")).isEqualTo(2);
    assertThat(changed.<Double>getAs("largest_difference")).isNaN();
  }

  /** In all frames that read values; what only reads headers is there. */
  @Test
  void aValueThatDoesNotFitIsNamed() throws IOException {
    ByteBuffer values = ByteBuffer.allocate(24).order(ByteOrder.LITTLE_ENDIAN);
    values.putDouble(1).putDouble(1e300).putDouble(2);
    Path large =
        write(
            "large",
            "{\"model_type\": \"new\"}",
            "\"w\": {\"dtype\": \"F64\", \"shape\": [3], \"data_offsets\": [0, 24]}",
            values.array());
    CheckpointView checkpoint = Trawl.checkpoint(spark, large.toString());
    assertThat(checkpoint.tensors().count()).isEqualTo(1);
    ComparisonView compared = Trawl.compare(spark, large.toString(), large.toString());
    for (ThrowingCallable reading :
        List.<ThrowingCallable>of(
            () -> checkpoint.norms().count(), () -> compared.tensors().count())) {
      assertThatThrownBy(reading)
          .isInstanceOfSatisfying(
              TrawlException.class,
              e -> assertThat(e.category()).isEqualTo(ErrorCategory.BAD_INPUT))
          .hasMessageEndingWith(
              "large, tensor w: element 1 (counted from 0): 1.0E300 is too large for F32; repair the"
                  + " checkpoint");
    }
  }

  /** The layers are the numbers behind {@code layers}, not the first ones. */
  @Test
  void aNumberBeforeTheLayersIsNotTheLayer() throws IOException {
    List<String> names =
        List.of(
            "model.0.layers.0.fc.1.weight",
            "model.0.layers.1.fc.1.weight",
            "model.0.layers.1.norm",
            "model.0.embedding");
    StringJoiner header = new StringJoiner(", ");
    for (String name : names) {
      header.add(
          "\"%s\": {\"dtype\": \"F32\", \"shape\": [2, 2], \"data_offsets\": [%d, %d]}"
              .formatted(name, 16 * names.indexOf(name), 16 * names.indexOf(name) + 16));
    }
    Path numbered =
        write(
            "numbered",
            "{\"model_type\": \"new\", \"layers\": 2}",
            header.toString(),
            new byte[16 * names.size()]);
    Path architecture =
        Files.writeString(
            folder.resolve("numbered.json"),
            """
            {"model_types": ["new"], "layer_prefixes": ["model.0.layers.{i}."],
             "config_keys": {"layers": "layers"},
             "tensors": [{"name": "fc.1.weight", "holds": "UP"}]}
            """);
    Map<String, Row> rows =
        byTensor(Trawl.checkpoint(spark, numbered.toString(), architecture.toString()).tensors());
    assertThat(names)
        .extracting(name -> rows.get(name).<Integer>getAs("layer"))
        .containsExactly(0, 1, 1, null);
    assertThat(names)
        .extracting(name -> rows.get(name).<String>getAs("family"))
        .containsExactly(
            "model.0.layers.{i}.fc.1.weight",
            "model.0.layers.{i}.fc.1.weight",
            "model.0.layers.{i}.norm",
            "model.0.embedding");
  }

  /** Writes a checkpoint; {@code header} are the members of the object in the file's header. */
  private static Path write(String name, String config, String header, byte[] data)
      throws IOException {
    Path directory = Files.createDirectories(folder.resolve(name));
    Files.writeString(directory.resolve("config.json"), config);
    byte[] json = ("{" + header + "}").getBytes(StandardCharsets.UTF_8);
    Files.write(
        directory.resolve("model.safetensors"),
        ByteBuffer.allocate(8 + json.length + data.length)
            .order(ByteOrder.LITTLE_ENDIAN)
            .putLong(json.length)
            .put(json)
            .put(data)
            .array());
    return directory;
  }

  @Test
  void saysWhatOnlyOneOfTwoModelsHas() throws IOException {
    Path gpt2 = io.github.trawl.evaluation.SmallModels.write("gpt2", folder.resolve("gpt2"));
    Dataset<Row> tensors = Trawl.compare(spark, model.toString(), gpt2.toString()).tensors();
    assertThat(tensors.where("status = 'removed'").count()).isEqualTo(open(model).tensors().size());
    assertThat(tensors.where("status = 'added'").count()).isEqualTo(open(gpt2).tensors().size());
    assertThat(tensors.where("relative_difference is not null").count()).isZero();
  }

  private static Path copy(String name) throws IOException {
    Path target = Files.createDirectories(folder.resolve(name));
    for (String file : List.of("config.json", "model.safetensors")) {
      Files.copy(model.resolve(file), target.resolve(file), StandardCopyOption.REPLACE_EXISTING);
    }
    return target;
  }

  private static Map<String, Row> byTensor(Dataset<Row> frame) {
    Map<String, Row> rows = new HashMap<>();
    frame.collectAsList().forEach(row -> rows.put(row.getAs("tensor"), row));
    return rows;
  }

  private static Checkpoint open(Path directory) {
    return Checkpoint.open(new org.apache.hadoop.fs.Path(directory.toUri()), new Configuration());
  }

  private static float[] values(Path directory, TensorInfo tensor) throws IOException {
    byte[] file = Files.readAllBytes(directory.resolve(tensor.file()));
    float[] values = new float[(int) tensor.length() / Float.BYTES];
    ByteBuffer.wrap(file, (int) tensor.offset(), (int) tensor.length())
        .order(ByteOrder.LITTLE_ENDIAN)
        .asFloatBuffer()
        .get(values);
    return values;
  }
}
