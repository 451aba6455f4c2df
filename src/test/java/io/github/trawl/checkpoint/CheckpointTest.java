package io.github.trawl.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.trawl.ErrorCategory;
import io.github.trawl.TrawlException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(20)
class CheckpointTest {
  private static final String FIRST = "model-00001-of-00002.safetensors";
  private static final String SECOND = "model-00002-of-00002.safetensors";

  @TempDir Path directory;

  private static byte[] shard(String tensor) {
    return ModelFiles.file(
        "{\"" + tensor + "\":{\"dtype\":\"U8\",\"shape\":[4],\"data_offsets\":[0,4]}}", 4);
  }

  private void sharded(String weightMap) {
    ModelFiles.write(directory.resolve("config.json"), ModelFiles.CONFIG);
    ModelFiles.write(directory.resolve(FIRST), shard("x"));
    ModelFiles.write(directory.resolve(SECOND), shard("y"));
    ModelFiles.write(
        directory.resolve("model.safetensors.index.json"),
        "{\"metadata\":{\"total_size\":8},\"weight_map\":" + weightMap + "}");
  }

  private void assertRefused(String... parts) {
    assertThatThrownBy(() -> ModelFiles.open(directory))
        .isInstanceOfSatisfying(
            TrawlException.class,
            e -> {
              assertThat(e.category()).isEqualTo(ErrorCategory.BAD_INPUT);
              assertThat(e.getMessage().lines()).hasSize(1);
            })
        .hasMessageContaining(directory.getFileName().toString())
        .hasMessageContainingAll(parts);
  }

  @Test
  void readsShards() {
    sharded("{\"y\":\"" + SECOND + "\",\"x\":\"" + FIRST + "\"}");

    Checkpoint checkpoint = ModelFiles.open(directory);

    assertThat(checkpoint.shards()).extracting(ShardFile::name).containsExactly(FIRST, SECOND);
    assertThat(checkpoint.tensor("y").file()).isEqualTo(SECOND);
    assertThat(checkpoint.modelType()).isEqualTo("gpt2");
  }

  @Test
  void theCommonNameOfASettingWins() {
    ModelFiles.single(directory);
    ModelFiles.write(
        directory.resolve("config.json"),
        "{\"model_type\":\"gptj\",\"n_head\":2,\"num_attention_heads\":4,\"n_layer\":3,\"num_hidden_layers\":null,"
            + "\"max_position_embeddings\":512}");

    JsonNode config = ModelFiles.open(directory).config();

    assertThat(config.get("n_head").intValue()).isEqualTo(4);
    assertThat(config.get("n_layer").intValue()).isEqualTo(3);
    assertThat(config.get("n_positions").intValue()).isEqualTo(512);
    assertThat(config.get("num_attention_heads").intValue()).isEqualTo(4);
  }

  @Test
  void otherFamiliesHaveNoSecondNames() {
    ModelFiles.single(directory);
    String llama = "{\"model_type\":\"llama\",\"num_hidden_layers\":2}";
    ModelFiles.write(directory.resolve("config.json"), llama);

    assertThat(ModelFiles.open(directory).config()).hasToString(llama);
  }

  /** transformers would read the weights of that file. */
  @ParameterizedTest
  @ValueSource(strings = {"\"other.safetensors\"", "\"model.safetensors.index.json\"", "\"\"", "1"})
  void refusesAConfigurationThatNamesOtherWeights(String name) {
    ModelFiles.single(directory);
    ModelFiles.write(
        directory.resolve("config.json"),
        "{\"model_type\":\"gpt2\",\"transformers_weights\":" + name + "}");

    assertRefused(
        "config.json: transformers_weights is ",
        "the file from which transformers reads the weights",
        "remove the key");
  }

  @ParameterizedTest
  @ValueSource(strings = {"\"model.safetensors\"", "null"})
  void takesAConfigurationThatNamesTheWeightsThatAreRead(String name) {
    ModelFiles.single(directory);
    ModelFiles.write(
        directory.resolve("config.json"),
        "{\"model_type\":\"gpt2\",\"transformers_weights\":" + name + "}");

    assertThat(ModelFiles.open(directory).tensors()).hasSize(2);
  }

  @Test
  void takesAConfigurationThatNamesTheIndexThatIsRead() {
    sharded("{\"y\":\"" + SECOND + "\",\"x\":\"" + FIRST + "\"}");
    ModelFiles.write(
        directory.resolve("config.json"),
        "{\"model_type\":\"gpt2\",\"transformers_weights\":\"model.safetensors.index.json\"}");

    assertThat(ModelFiles.open(directory).tensors()).hasSize(2);
  }

  @Test // Missing shard.
  void refusesAMissingShard() throws IOException {
    sharded("{\"x\":\"" + FIRST + "\",\"y\":\"" + SECOND + "\"}");
    Files.delete(directory.resolve(SECOND));

    assertRefused("index.json", SECOND, "missing");
  }

  @Test // Extra shard.
  void refusesAShardThatTheIndexDoesNotName() {
    sharded("{\"x\":\"" + FIRST + "\"}");

    assertRefused("index.json", SECOND);
  }

  @ParameterizedTest // Not the expected JSON, truncated.
  @ValueSource(
      strings = {
        "",
        "[]",
        "{",
        "{\"weight_map\":",
        "{\"weight_map\":[]}",
        "{\"weight_map\":{}}",
        "{}",
        "{\"weight_map\":{\"x\":1}}",
        "{\"weight_map\":{\"x\":null}}",
        "{}{}",
        "null"
      })
  void refusesAMalformedIndex(String index) {
    sharded("{}");
    ModelFiles.write(directory.resolve("model.safetensors.index.json"), index);

    assertRefused("index.json");
  }

  @ParameterizedTest // Anything but a plain file name.
  @ValueSource(
      strings = {
        "../model.safetensors",
        "/etc/model.safetensors",
        "sub/model.safetensors",
        "sub\\\\model.safetensors",
        "..",
        ".",
        "",
        "s3a:model.safetensors",
        "file:///model.safetensors",
        "a..b.safetensors",
        ".hidden.safetensors",
        "x\\u0000.safetensors",
        "config.json"
      })
  void refusesNamesThatLeadElsewhere(String name) {
    sharded("{\"x\":\"" + name + "\"}");

    assertRefused("index.json", "'x'", "plain name");
  }

  @Test // One tensor, two assignments or two shards.
  void refusesDuplicateAssignment() {
    sharded("{\"x\":\"" + FIRST + "\",\"x\":\"" + SECOND + "\"}");
    assertRefused("index.json", "Duplicate field 'x'");

    sharded("{\"x\":\"" + FIRST + "\",\"y\":\"" + SECOND + "\"}");
    ModelFiles.write(directory.resolve(SECOND), shard("x"));
    assertRefused(SECOND, "'x'", FIRST);
  }

  @Test // Index and shards disagree.
  void refusesAnIndexThatDisagreesWithItsShards() {
    sharded("{\"x\":\"" + FIRST + "\",\"y\":\"" + SECOND + "\",\"z\":\"" + FIRST + "\"}");
    assertRefused("index.json", "'z'", "does not hold it");

    sharded("{\"x\":\"" + SECOND + "\",\"y\":\"" + SECOND + "\",\"z\":\"" + FIRST + "\"}");
    assertRefused("index.json", "'x'");

    sharded("{\"x\":\"" + FIRST + "\",\"z\":\"" + SECOND + "\"}");
    assertRefused("index.json", "'y'", "not in the index");
  }

  @Test // No configuration.
  void refusesAMissingConfiguration() throws IOException {
    ModelFiles.single(directory);
    Files.delete(directory.resolve("config.json"));

    assertRefused("no config.json");
  }

  @ParameterizedTest // No object, truncated.
  @ValueSource(strings = {"[]", "", "{\"model_type\": \"gp", "7", "{} x", "{\"a\":1,\"a\":2}"})
  void refusesAMalformedConfiguration(String config) {
    ModelFiles.single(directory);
    ModelFiles.write(directory.resolve("config.json"), config);

    assertRefused("config.json");
  }

  @Test // Deep nesting.
  void refusesADeepConfiguration() {
    ModelFiles.single(directory);
    ModelFiles.write(directory.resolve("config.json"), "{\"a\":" + "[".repeat(1_000_000));

    assertRefused("config.json");
  }

  @Test // Python's infinite numbers are no error.
  void readsPythonsBareNumbers() {
    ModelFiles.single(directory);
    ModelFiles.write(directory.resolve("config.json"), "{\"limits\": [0.0, Infinity, NaN]}");

    Checkpoint checkpoint = ModelFiles.open(directory);

    assertThat(checkpoint.config().at("/limits/1").doubleValue()).isInfinite();
    assertThatThrownBy(checkpoint::modelType).hasMessageContainingAll("config.json", "model_type");
  }

  @Test // The head of a tied model is not in the file.
  void tellsWhetherATensorIsThere() {
    ModelFiles.single(directory);

    Checkpoint checkpoint = ModelFiles.open(directory);

    assertThat(checkpoint.contains("a")).isTrue();
    assertThat(checkpoint.contains("lm_head.weight")).isFalse();
    assertThatThrownBy(() -> checkpoint.tensor("lm_head.weight"))
        .isInstanceOf(TrawlException.class)
        .hasMessageContaining("'lm_head.weight'");
  }

  @Test // Replaced between planning and reading.
  void noticesAReplacedFile() throws IOException {
    Path file = ModelFiles.single(directory).resolve("model.safetensors");
    ShardFile shard = ModelFiles.open(directory).shards().get(0);
    Files.setLastModifiedTime(file, FileTime.fromMillis(shard.modificationTime() + 1000));

    assertThatThrownBy(() -> reader(shard))
        .isInstanceOf(TrawlException.class)
        .hasMessageContainingAll("model.safetensors", "changed since");
  }

  @Test // Truncated between planning and reading, and while reading.
  void noticesATruncatedFile() throws IOException {
    Path file = ModelFiles.single(directory).resolve("model.safetensors");
    ShardFile shard = ModelFiles.open(directory).shards().get(0);
    try (ShardReader reader = reader(shard)) {
      byte[] bytes = Files.readAllBytes(file);
      Files.write(file, java.util.Arrays.copyOf(bytes, bytes.length - 2));

      assertThatThrownBy(() -> reader.readFully(shard.length() - 4, ByteBuffer.allocate(4)))
          .isInstanceOf(TrawlException.class)
          .hasMessageContainingAll("model.safetensors", "ends before");
    }

    assertThatThrownBy(() -> reader(shard))
        .isInstanceOf(TrawlException.class)
        .hasMessageContaining("changed since");
  }

  @Test // Pickles are never read.
  void refusesPickledWeights() {
    ModelFiles.write(directory.resolve("config.json"), ModelFiles.CONFIG);
    ModelFiles.write(directory.resolve("pytorch_model.bin"), "x");

    assertRefused("'pytorch_model.bin'", "convert it to safetensors");
  }

  @Test
  void refusesWhatIsNoModel() throws IOException {
    ModelFiles.write(directory.resolve("config.json"), ModelFiles.CONFIG);
    assertRefused("neither model.safetensors nor");

    assertThatThrownBy(() -> ModelFiles.open(directory.resolve("absent")))
        .isInstanceOf(TrawlException.class)
        .hasMessageContaining("no such directory");
    assertThatThrownBy(() -> ModelFiles.open(directory.resolve("config.json")))
        .isInstanceOf(TrawlException.class)
        .hasMessageContaining("is a file");
    // Path prints the escape %40 as it is given, and URI holds it as %2540.
    for (String secret : List.of("secret", "secret%40x", "secret/x")) {
      assertThatThrownBy(
              () ->
                  Checkpoint.open(
                      new org.apache.hadoop.fs.Path("nowhere://user:" + secret + "@host/x"),
                      new Configuration()))
          .isInstanceOf(TrawlException.class)
          .hasMessageContaining("***@host/x")
          .hasMessageNotContaining("secret");
    }
  }

  private ShardReader reader(ShardFile shard) {
    return ShardReader.open(ModelFiles.hadoop(directory), shard, new Configuration());
  }
}
