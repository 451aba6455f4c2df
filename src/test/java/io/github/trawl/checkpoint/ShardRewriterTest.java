package io.github.trawl.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.trawl.ErrorCategory;
import io.github.trawl.TrawlException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.zip.CRC32C;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

@Timeout(30)
class ShardRewriterTest {
  @TempDir Path directory;

  private final Configuration hadoop = FaultyFileSystem.configuration();

  private Path model() {
    return directory.resolve("model");
  }

  private Path attempts() {
    return directory.resolve("attempts");
  }

  private Path output() {
    return attempts().resolve("7/model.safetensors");
  }

  private ShardDigest rewrite(Map<String, TensorRewrite> rewrites) throws IOException {
    ShardFile shard = ModelFiles.open(model()).shards().get(0);
    Files.createDirectories(attempts());
    return ShardRewriter.rewrite(
        FaultyFileSystem.path(model()),
        shard,
        new Staging(
            FaultyFileSystem.path(attempts()).toString(),
            FaultyFileSystem.path(directory.resolve("out")).toString()),
        "7",
        rewrites,
        true,
        hadoop);
  }

  private static long crc32c(byte[] bytes) {
    CRC32C checksum = new CRC32C();
    checksum.update(bytes);
    return checksum.getValue();
  }

  private static String sha256(byte[] bytes) throws Exception {
    return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
  }

  private static void fill(long offset, ByteBuffer chunk) {
    while (chunk.hasRemaining()) {
      chunk.put((byte) 0x33);
    }
  }

  @Test
  void copiesAnUntouchedShardByteForByte() throws Exception {
    ModelFiles.single(model());

    ShardDigest digest = rewrite(Map.of());

    byte[] expected = ModelFiles.file(ModelFiles.HEADER, 24);
    assertThat(Files.readAllBytes(output())).isEqualTo(expected);
    assertThat(digest)
        .isEqualTo(
            new ShardDigest(
                sha256(expected),
                new WrittenFile(
                    "model.safetensors",
                    new PrivateFile(FaultyFileSystem.path(output()).toString()),
                    expected.length,
                    crc32c(expected))));
    assertThat(output().getParent()).isDirectoryNotContaining("glob:**/.*");
  }

  @Test
  void replacesOneTensorAndKeepsTheRest() throws Exception {
    ModelFiles.single(model());
    byte[] input = ModelFiles.file(ModelFiles.HEADER, 24);

    ShardDigest digest = rewrite(Map.of("b", ShardRewriterTest::fill));

    byte[] expected = input.clone();
    java.util.Arrays.fill(expected, expected.length - 24, expected.length - 8, (byte) 0x33);
    assertThat(Files.readAllBytes(output())).isEqualTo(expected);
    assertThat(digest.inputSha256()).isEqualTo(sha256(input));
    assertThat(digest.file().crc32c()).isEqualTo(crc32c(expected));
  }

  @Test
  void addsTheFormatThatTransformersNeeds() throws Exception {
    String tensor = "\"t\":{\"dtype\":\"U8\",\"shape\":[4],\"data_offsets\":[0,4]}";
    byte[] input = ModelFiles.file("{\"__metadata__\":{\"k\":\"v\"}," + tensor + "}", 4);
    ModelFiles.single(model(), input);

    ShardDigest digest = rewrite(Map.of());

    byte[] written = Files.readAllBytes(output());
    String header = "{\"__metadata__\":{\"k\":\"v\",\"format\":\"pt\"}," + tensor + "}";
    String padded = header + " ".repeat((8 - header.length() % 8) % 8);
    assertThat(written).isEqualTo(ModelFiles.file(padded, 4));
    assertThat(digest.inputSha256()).isEqualTo(sha256(input));
    assertThat(digest.file().crc32c()).isEqualTo(crc32c(written));
  }

  @ParameterizedTest
  @CsvSource({
    "'[1700,1024]',6963200,4096",
    "'[2,3,1000,300]',7200000,1200",
    "'[1800000]',7200000,4"
  })
  void handsOutWholeRowsOfLargeTensors(String shape, int length, int rowBytes) throws Exception {
    byte[] data = new byte[length + 5];
    new Random(1).nextBytes(data);
    String header =
        "{\"x\":{\"dtype\":\"U8\",\"shape\":[5],\"data_offsets\":["
            + length
            + ","
            + (length + 5)
            + "]},\"w\":{\"dtype\":\"F32\",\"shape\":"
            + shape
            + ",\"data_offsets\":[0,"
            + length
            + "]},\"__metadata__\":{\"format\":\"pt\"}}";
    byte[] input = ModelFiles.file(header.getBytes(StandardCharsets.UTF_8), data);
    ModelFiles.single(model(), input);
    List<Long> offsets = new ArrayList<>();
    List<Integer> sizes = new ArrayList<>();

    ShardDigest digest =
        rewrite(
            Map.of(
                "w",
                (offset, chunk) -> {
                  offsets.add(offset);
                  sizes.add(chunk.remaining());
                  for (int i = 0; i < chunk.limit(); i++) {
                    chunk.put(i, (byte) ~chunk.get(i));
                  }
                }));

    byte[] expected = input.clone();
    int start = input.length - data.length;
    for (int i = 0; i < length; i++) {
      expected[start + i] = (byte) ~expected[start + i];
    }
    assertThat(Files.readAllBytes(output())).isEqualTo(expected);
    assertThat(digest.file().crc32c()).isEqualTo(crc32c(expected));
    assertThat(sizes).allMatch(size -> size % rowBytes == 0 && size <= ShardRewriter.CHUNK_BYTES);
    long end = 0;
    for (int i = 0; i < sizes.size(); i++) {
      assertThat(offsets.get(i)).isEqualTo(end);
      end += sizes.get(i);
    }
    assertThat(end).isEqualTo(length);
  }

  @Test
  void refusesAnUnknownTensor() {
    ModelFiles.single(model());

    assertThatThrownBy(() -> rewrite(Map.of("zz", ShardRewriterTest::fill)))
        .isInstanceOf(TrawlException.class)
        .hasMessageContainingAll("model.safetensors", "'zz'");
  }

  @Test // Each attempt has a file of its own; one that fails touches no other's.
  void keepsAttemptsApart() throws Exception {
    ModelFiles.single(model());
    Path other = attempts().resolve("6/model.safetensors");
    ModelFiles.write(other, "of another attempt");

    rewrite(Map.of());

    assertThat(other).hasContent("of another attempt");
    assertThat(Files.readAllBytes(output())).isEqualTo(ModelFiles.file(ModelFiles.HEADER, 24));
    assertThatThrownBy(() -> rewrite(Map.of()))
        .as("the same attempt")
        .isInstanceOf(TrawlException.class);
    assertThat(Files.readAllBytes(output())).isEqualTo(ModelFiles.file(ModelFiles.HEADER, 24));
  }

  private void assertNothingWritten(ErrorCategory category) {
    assertThatThrownBy(() -> rewrite(Map.of("b", ShardRewriterTest::fill)))
        .isInstanceOfSatisfying(
            TrawlException.class, e -> assertThat(e.category()).isEqualTo(category))
        .hasMessageContaining("model.safetensors");
    assertThat(output()).doesNotExist();
  }

  @ParameterizedTest // Storage that throws leaves no file behind.
  @EnumSource(
      value = FaultyFileSystem.Operation.class,
      names = {"OPEN", "READ", "CREATE", "WRITE", "CLOSE", "STATUS"})
  void reportsFailingStorage(FaultyFileSystem.Operation operation) {
    ModelFiles.single(model());
    FaultyFileSystem.fail(hadoop, operation, "model", FaultyFileSystem.Fault.THROW, 1);

    assertNothingWritten(ErrorCategory.SYSTEM);
  }

  @Test // Disk full after some bytes.
  void reportsAFullDisk() {
    ModelFiles.single(model());
    FaultyFileSystem.fail(
        hadoop, FaultyFileSystem.Operation.WRITE, "attempts", FaultyFileSystem.Fault.THROW, 2, 100);

    assertNothingWritten(ErrorCategory.SYSTEM);
  }

  @Test // The file ends early.
  void reportsAnEarlyEnd() {
    ModelFiles.single(model());
    FaultyFileSystem.fail(
        hadoop, FaultyFileSystem.Operation.READ, "model", FaultyFileSystem.Fault.EARLY_END, 2, 100);

    assertNothingWritten(ErrorCategory.BAD_INPUT);
  }

  @Test // Short reads are no error.
  void readsOnAfterShortReads() throws Exception {
    ModelFiles.single(model());
    FaultyFileSystem.fail(
        hadoop, FaultyFileSystem.Operation.READ, "model", FaultyFileSystem.Fault.SHORT, 100);

    rewrite(Map.of());

    assertThat(Files.readAllBytes(output())).isEqualTo(ModelFiles.file(ModelFiles.HEADER, 24));
  }

  @Test // Replaced while it is read.
  void noticesAShardReplacedWhileItIsRead() {
    ModelFiles.single(model());
    FaultyFileSystem.before(
        hadoop,
        FaultyFileSystem.Operation.CREATE,
        "attempts",
        () -> ModelFiles.single(model(), ModelFiles.file(ModelFiles.HEADER + " ", 24)));

    assertNothingWritten(ErrorCategory.BAD_INPUT);
  }

  @Test
  void leavesNothingWhenARewriteFails() throws IOException {
    ModelFiles.single(model());

    assertThatThrownBy(
            () ->
                rewrite(
                    Map.of(
                        "a",
                        (offset, chunk) -> {
                          throw new TrawlException(ErrorCategory.BAD_INPUT, "no");
                        })))
        .hasMessage("no");
    assertThat(output()).doesNotExist();
  }
}
