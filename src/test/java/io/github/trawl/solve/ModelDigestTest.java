package io.github.trawl.solve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.trawl.TrawlException;
import io.github.trawl.checkpoint.Checkpoint;
import io.github.trawl.checkpoint.ModelDigest;
import io.github.trawl.denoise.DenoiseRuns;
import io.github.trawl.evaluation.SmallModels;
import io.github.trawl.evaluation.text.TokenizerFiles;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.api.java.JavaSparkContext;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelDigestTest {
  private static JavaSparkContext spark;

  @TempDir private Path folder;

  @BeforeAll
  static void startSpark() {
    spark = DenoiseRuns.spark();
  }

  @AfterAll
  static void stopSpark() {
    spark.close();
  }

  /** The lines that are digested, written down by hand. */
  @Test
  void isOfTheNamesAndDigestsOfTheFilesThatCount() throws Exception {
    Path model = SmallModels.write("llama", folder.resolve("model"));
    StringBuilder lines = new StringBuilder("trawl-model-1\n");
    for (String name :
        List.of(
            "config.json",
            "model-00001-of-00002.safetensors",
            "model-00002-of-00002.safetensors",
            "tokenizer.json",
            "tokenizer_config.json")) {
      lines
          .append(sha256(Files.readAllBytes(model.resolve(name))))
          .append(' ')
          .append(name.length());
      lines.append(' ').append(name).append('\n');
    }
    assertThat(digest(model)).isEqualTo(sha256(lines.toString().getBytes(StandardCharsets.UTF_8)));
  }

  @Test
  void isTheSameInEveryLocale() throws IOException {
    Path model = SmallModels.write("llama", folder.resolve("model"));
    String digest = digest(model);
    Locale before = Locale.getDefault();
    try {
      Locale.setDefault(Locale.forLanguageTag("fa"));
      assertThat(digest(model)).isEqualTo(digest);
    } finally {
      Locale.setDefault(before);
    }
  }

  @Test
  void isThatOfACopyAndOfNoOtherModel() throws IOException {
    Path model = SmallModels.write("llama", folder.resolve("model"));
    String digest = digest(model);
    Path copy = Files.createDirectories(folder.resolve("elsewhere/copy"));
    try (Stream<Path> files = Files.list(model)) {
      for (Path file : files.toList()) {
        Files.copy(file, copy.resolve(file.getFileName()));
      }
    }
    for (String name : List.of("README.md", ".gitattributes", "trawl.json", "vocab.txt")) {
      Files.writeString(copy.resolve(name), "{\"not\": \"a number\"}");
    }
    assertThat(digest(copy)).isEqualTo(digest);
    List<String> digests = new ArrayList<>(List.of(digest));
    for (String name :
        new TreeMap<>(TokenizerFiles.read(path(model), hadoop()).contents()).keySet()) {
      String before = Files.readString(copy.resolve(name));
      Files.writeString(copy.resolve(name), before + "\n");
      digests.add(digest(copy));
      Files.writeString(copy.resolve(name), before);
    }
    Files.writeString(copy.resolve("generation_config.json"), "{}");
    digests.add(digest(copy));
    Path shard = copy.resolve("model-00002-of-00002.safetensors");
    byte[] bytes = Files.readAllBytes(shard);
    bytes[bytes.length - 1] ^= 1;
    Files.write(shard, bytes);
    digests.add(digest(copy));
    assertThat(digests).hasSizeGreaterThanOrEqualTo(6).doesNotHaveDuplicates();
  }

  /** Whatever reading a tokenizer looks at counts. */
  @Test
  void countsAllFilesThatATokenizerIsMadeOf() throws IOException {
    Path model = SmallModels.write("llama", folder.resolve("model"));
    for (String name : ModelDigest.NAMES) {
      if (Files.notExists(model.resolve(name))) {
        Files.writeString(model.resolve(name), "{}");
      }
    }
    assertThat(TokenizerFiles.read(path(model), hadoop()).contents().keySet())
        .containsExactlyInAnyOrderElementsOf(ModelDigest.NAMES);
  }

  @Test
  void refusesAFileThatIsCutMeanwhile() throws IOException {
    Path model = SmallModels.write("llama", folder.resolve("model"));
    Checkpoint checkpoint = Checkpoint.open(path(model), hadoop());
    Path shard = model.resolve("model-00001-of-00002.safetensors");
    byte[] bytes = Files.readAllBytes(shard);
    Files.write(shard, Arrays.copyOf(bytes, bytes.length - 1));
    assertThatThrownBy(() -> ModelDigestStep.run(spark, checkpoint))
        .isInstanceOf(TrawlException.class)
        .hasMessageContaining("model-00001-of-00002.safetensors")
        .hasMessageContaining("unchanged");
  }

  private static String digest(Path model) {
    return ModelDigestStep.run(spark, Checkpoint.open(path(model), hadoop()));
  }

  private static org.apache.hadoop.fs.Path path(Path directory) {
    return new org.apache.hadoop.fs.Path(directory.toUri());
  }

  private static Configuration hadoop() {
    return new Configuration();
  }

  private static String sha256(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
