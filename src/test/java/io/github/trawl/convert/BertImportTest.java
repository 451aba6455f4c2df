package io.github.trawl.convert;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.trawl.checkpoint.Checkpoint;
import io.github.trawl.checkpoint.DType;
import io.github.trawl.checkpoint.ShardReader;
import io.github.trawl.checkpoint.TensorInfo;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.ZipEntry;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BertImportTest {
  private static final Configuration HADOOP = new Configuration();
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir Path directory;
  private Path output;

  @BeforeEach
  void chooseOutput() {
    output = directory.resolve("bert");
  }

  @Test
  void givesWhatTheSafetensorsLibraryWritesForTheSameWeights() throws IOException {
    Path release = resource("bert-release.zip", directory.resolve("release.zip"));
    Path expected = Files.createDirectory(directory.resolve("expected"));
    resource("bert-expected.safetensors", expected.resolve("model.safetensors"));
    Files.writeString(expected.resolve("config.json"), "{\"model_type\": \"bert\"}");

    ImportReport report = importBert(release);

    Map<String, ByteBuffer> tensors = tensors(output);
    assertThat(tensors).isEqualTo(tensors(expected));
    assertThat(shapes(output)).isEqualTo(shapes(expected));
    assertThat(report.tensors()).isEqualTo(tensors.size());
    assertThat(report.bytes())
        .isEqualTo(tensors.values().stream().mapToLong(ByteBuffer::remaining).sum());
    assertThat(report.leftOut())
        .containsExactly(
            "bert/pooler/dense/bias",
            "bert/pooler/dense/kernel",
            "cls/seq_relationship/output_bias",
            "cls/seq_relationship/output_weights",
            "global_step");
    assertThat(json("config.json").path("num_attention_heads").asInt()).isEqualTo(2);
    JsonNode tokenizer = json("tokenizer.json");
    assertThat(tokenizer.at("/normalizer/lowercase").asBoolean()).isFalse();
    assertThat(tokenizer.at("/model/vocab").size()).isEqualTo(11);
    assertThat(tokenizer.at("/model/vocab").path("\u2028").asInt()).isEqualTo(9);
  }

  @Test
  void givesTheSameForAJarAZipAndADirectory() throws IOException {
    TinyBert bert = new TinyBert();
    Path jar = bert.writeJar(directory.resolve("bert.jar"));
    Path zip = directory.resolve("bert.zip");
    Files.write(zip, TinyBert.zip(bert.files(), ZipEntry.STORED));
    Path unpacked = bert.writeDirectory(directory.resolve("unpacked"));

    importBert(jar, directory.resolve("a"));
    importBert(zip, directory.resolve("b"));
    importBert(unpacked, directory.resolve("c"));

    Map<String, ByteBuffer> files = files(directory.resolve("a"));
    assertThat(files)
        .containsOnlyKeys(
            "model.safetensors",
            "config.json",
            "tokenizer.json",
            "tokenizer_config.json",
            "vocab.txt");
    assertThat(files(directory.resolve("b"))).isEqualTo(files);
    assertThat(files(directory.resolve("c"))).isEqualTo(files);
  }

  @Test
  void findsItsDataInEveryLocale() throws IOException {
    Path jar = new TinyBert().writeJar(directory.resolve("bert.jar"));
    Locale before = Locale.getDefault();
    try {
      Locale.setDefault(Locale.forLanguageTag("fa"));
      importBert(jar);
    } finally {
      Locale.setDefault(before);
    }
    assertThat(files(output)).containsKey("model.safetensors");
  }

  @Test
  void turnsKernelsRoundAndKeepsTheRest() throws IOException {
    TinyBert bert = new TinyBert();
    importBert(bert.writeJar(directory.resolve("bert.jar")));

    TinyBert.Value kernel = bert.variable("module/bert/encoder/layer_1/intermediate/dense/kernel");
    ByteBuffer weight = tensors(output).get("bert.encoder.layer.1.intermediate.dense.weight");
    assertThat(shapes(output).get("bert.encoder.layer.1.intermediate.dense.weight"))
        .isEqualTo(List.of((long) TinyBert.INTERMEDIATE, (long) TinyBert.HIDDEN));
    for (int row = 0; row < TinyBert.INTERMEDIATE; row++) {
      for (int column = 0; column < TinyBert.HIDDEN; column++) {
        assertThat(weight.getFloat(4 * (row * TinyBert.HIDDEN + column)))
            .isEqualTo(kernel.at(column * TinyBert.INTERMEDIATE + row));
      }
    }
    assertThat(tensors(output).get("bert.embeddings.word_embeddings.weight"))
        .isEqualTo(
            ByteBuffer.wrap(bert.variable("module/bert/embeddings/word_embeddings").bytes()));
    assertThat(tensors(output).get("bert.encoder.layer.0.output.LayerNorm.weight"))
        .isEqualTo(
            ByteBuffer.wrap(
                bert.variable("module/bert/encoder/layer_0/output/LayerNorm/gamma").bytes()));
  }

  // The tied head is not stored twice.
  @Test
  void leavesOutTheTiedDecoder() throws IOException {
    importBert(new TinyBert().writeJar(directory.resolve("bert.jar")));

    assertThat(tensors(output))
        .containsKey("cls.predictions.bias")
        .doesNotContainKeys("cls.predictions.decoder.weight", "cls.predictions.decoder.bias");
    assertThat(json("config.json").path("tie_word_embeddings").asBoolean()).isTrue();
  }

  @Test
  void readsTheSizesOffTheShapes() throws IOException {
    importBert(new TinyBert().writeJar(directory.resolve("bert.jar")));

    JsonNode config = json("config.json");
    assertThat(config.path("model_type").asText()).isEqualTo("bert");
    assertThat(config.at("/architectures/0").asText()).isEqualTo("BertForMaskedLM");
    assertThat(config.path("hidden_size").asInt()).isEqualTo(TinyBert.HIDDEN);
    assertThat(config.path("intermediate_size").asInt()).isEqualTo(TinyBert.INTERMEDIATE);
    assertThat(config.path("max_position_embeddings").asInt()).isEqualTo(TinyBert.POSITIONS);
    assertThat(config.path("num_hidden_layers").asInt()).isEqualTo(TinyBert.LAYERS);
    assertThat(config.path("vocab_size").asInt()).isEqualTo(TinyBert.VOCABULARY);
    assertThat(config.path("type_vocab_size").asInt()).isEqualTo(2);
    assertThat(config.path("num_attention_heads").asInt()).isEqualTo(1);
    assertThat(config.path("layer_norm_eps").asDouble()).isCloseTo(1e-12, within(1e-20));
  }

  @Test
  void describesTheTokenizer() throws IOException {
    importBert(new TinyBert().writeJar(directory.resolve("bert.jar")));

    JsonNode tokenizer = json("tokenizer.json");
    assertThat(tokenizer.at("/model/type").asText()).isEqualTo("WordPiece");
    assertThat(tokenizer.at("/model/vocab/##nce").asInt()).isEqualTo(7);
    assertThat(tokenizer.at("/normalizer/lowercase").asBoolean()).isTrue();
    assertThat(tokenizer.at("/added_tokens").findValuesAsText("content"))
        .containsExactly("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]");
    assertThat(tokenizer.at("/post_processor/special_tokens/[SEP]/ids/0").asInt()).isEqualTo(3);
    assertThat(tokenizer.at("/post_processor/single")).hasSize(3);
    assertThat(tokenizer.at("/post_processor/pair")).hasSize(5);
    JsonNode configuration = json("tokenizer_config.json");
    assertThat(configuration.path("do_lower_case").asBoolean()).isTrue();
    assertThat(configuration.path("model_max_length").asInt()).isEqualTo(TinyBert.POSITIONS);
    assertThat(Files.readString(output.resolve("vocab.txt"))).isEqualTo(TinyBert.PIECES);
  }

  @Test
  void readsABundleOfSeveralDataFilesWithoutAPrefix() throws IOException {
    TinyBert bert = new TinyBert("");
    bert.shards = 3;
    importBert(bert.writeJar(directory.resolve("sharded.jar")), directory.resolve("sharded"));
    importBert(new TinyBert().writeJar(directory.resolve("bert.jar")));

    assertThat(files(directory.resolve("sharded"))).isEqualTo(files(output));
  }

  @Test
  void leavesTheCaseToTheVocabularyWhereTheSourceDoesNotSay() throws IOException {
    TinyBert bert = new TinyBert();
    bert.texts.remove("assets/model.json");
    importBert(bert.writeJar(directory.resolve("lower.jar")), directory.resolve("lower"));
    bert.texts.put(
        "assets/vocab.txt",
        TinyBert.PIECES.replace("paris", "Paris").getBytes(StandardCharsets.UTF_8));
    importBert(bert.writeJar(directory.resolve("bert.jar")));

    assertThat(json("tokenizer_config.json").path("do_lower_case").asBoolean()).isFalse();
    output = directory.resolve("lower");
    assertThat(json("tokenizer_config.json").path("do_lower_case").asBoolean()).isTrue();
  }

  private ImportReport importBert(Path source) {
    return importBert(source, output);
  }

  private static ImportReport importBert(Path source, Path target) {
    return BertImport.importBert(
        new org.apache.hadoop.fs.Path(source.toString()),
        new org.apache.hadoop.fs.Path(target.toString()),
        false,
        HADOOP);
  }

  private JsonNode json(String name) throws IOException {
    return JSON.readTree(output.resolve(name).toFile());
  }

  private static Path resource(String name, Path target) throws IOException {
    try (InputStream stream = BertImportTest.class.getResourceAsStream("/convert/" + name)) {
      Files.copy(stream, target);
    }
    return target;
  }

  private static Map<String, ByteBuffer> files(Path checkpoint) throws IOException {
    Map<String, ByteBuffer> files = new TreeMap<>();
    try (java.util.stream.Stream<Path> paths = Files.list(checkpoint)) {
      for (Path path : paths.toList()) {
        files.put(path.getFileName().toString(), ByteBuffer.wrap(Files.readAllBytes(path)));
      }
    }
    return files;
  }

  private static Checkpoint open(Path checkpoint) {
    return Checkpoint.open(new org.apache.hadoop.fs.Path(checkpoint.toString()), HADOOP);
  }

  private static Map<String, List<Long>> shapes(Path checkpoint) {
    Map<String, List<Long>> shapes = new TreeMap<>();
    for (TensorInfo tensor : open(checkpoint).tensors()) {
      assertThat(tensor.dtype()).isEqualTo(DType.F32);
      shapes.put(tensor.name(), tensor.shape());
    }
    return shapes;
  }

  private static Map<String, ByteBuffer> tensors(Path directory) throws IOException {
    Checkpoint checkpoint = open(directory);
    Map<String, ByteBuffer> tensors = new TreeMap<>();
    try (ShardReader reader =
        ShardReader.open(checkpoint.directory(), checkpoint.shards().get(0), HADOOP)) {
      for (TensorInfo tensor : checkpoint.tensors()) {
        ByteBuffer bytes =
            ByteBuffer.allocate((int) tensor.length()).order(ByteOrder.LITTLE_ENDIAN);
        reader.readFully(tensor.offset(), bytes);
        tensors.put(tensor.name(), bytes.flip());
      }
    }
    return tensors;
  }
}
