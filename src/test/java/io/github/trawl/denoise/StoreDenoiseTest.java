package io.github.trawl.denoise;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.trawl.TrawlException;
import io.github.trawl.checkpoint.CheckpointWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.zip.CRC32C;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.JavaSparkContext;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whole runs on real storages. */
class StoreDenoiseTest extends StoreFixture {
  private JavaSparkContext spark;

  @BeforeAll
  void startSpark() {
    spark = DenoiseRuns.spark();
  }

  @AfterAll
  void stopSpark() {
    spark.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"hdfs", "s3a"})
  void writesAndOverwritesAsOnLocalFiles(String name) throws IOException {
    Store local = store("local");
    Store store = store(name);
    Path expected = new Path(local.root(), "for-" + name);
    Path output = new Path(store.root(), "out");
    run(local, expected, 3, false);

    run(store, output, 2, false);
    assertThatThrownBy(() -> run(store, output, 3, false))
        .isInstanceOf(TrawlException.class)
        .hasMessageContaining("exists already");
    DenoiseSummary summary = run(store, output, 3, true);

    assertThat(content(store, output)).isEqualTo(content(local, expected));
    assertThat(content(store, output)).doesNotContainKey("pytorch_model.bin");
    assertThat(summary.remarks())
        .singleElement()
        .asString()
        .contains("pytorch_model.bin (24 bytes)", "--keep-other-weights");
    assertThat(leftovers(store, output)).isEmpty();
    assertThat(s3().uploads()).isEmpty();
    JsonNode written = manifest(store, output).path("output");
    assertThat(written).isEqualTo(manifest(local, expected).path("output"));
    Map<String, String> files = content(store, output);
    for (JsonNode file : written) {
      byte[] bytes = files.get(file.path("file").asText()).getBytes(StandardCharsets.ISO_8859_1);
      CRC32C checksum = new CRC32C();
      checksum.update(bytes);
      assertThat(file.path("crc32c").asText())
          .isEqualTo(String.format("%08x", checksum.getValue()));
      assertThat(file.path("bytes").asLong()).isEqualTo(bytes.length);
    }
    assertThat(written).hasSize(1 + TinyModel.LAYERS);
  }

  /** A server with a full disk: HTTP status 507. */
  @Test
  void aFullObjectStoreIsToldInALine() throws IOException {
    Path output = new Path(s3().root(), "full-out");
    run(s3(), output, 2, false);
    Map<String, String> earlier = content(s3(), output);
    s3().setRoom(0);
    try {
      assertThatThrownBy(() -> run(s3(), output, 3, true))
          .isInstanceOf(TrawlException.class)
          .hasMessageContainingAll(
              "cannot write the factors", "s3a://bucket/root/full-out", "507", "check the storage")
          .satisfies(e -> assertThat(e.getMessage().lines()).hasSize(1));
    } finally {
      s3().setRoom(Long.MAX_VALUE);
    }
    assertThat(content(s3(), output)).isEqualTo(earlier);
    assertThat(leftovers(s3(), output)).isEmpty();
    assertThat(s3().uploads()).isEmpty();
    run(s3(), output, 3, true);
  }

  private DenoiseSummary run(Store store, Path output, int rank, boolean overwrite) {
    return denoise(spark, store, "model", output, overwrite, DenoiseRuns.cp(rank));
  }

  private static JsonNode manifest(Store store, Path output) throws IOException {
    return new ObjectMapper().readTree(store.tree(output).get(CheckpointWriter.MANIFEST));
  }
}
