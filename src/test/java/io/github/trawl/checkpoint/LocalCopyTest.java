package io.github.trawl.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.trawl.ErrorCategory;
import io.github.trawl.TrawlException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Map;
import java.util.Random;
import java.util.zip.CRC32C;
import java.util.zip.CheckedInputStream;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Covers the copy that the kernel makes between local files; other tests of shards use a wrapped
 * file system, where it does not apply.
 */
@Timeout(60)
class LocalCopyTest {
  private static final int UNTOUCHED = (9 << 20) + 3;
  private static final int TOUCHED = 5 << 20;
  private static final Configuration HADOOP = new Configuration();

  @TempDir Path directory;

  private Path model() {
    return directory.resolve("model");
  }

  private Path input() {
    return model().resolve("model.safetensors");
  }

  private Path attempts() {
    return directory.resolve("attempts");
  }

  private Path output() {
    return attempts().resolve("7/model.safetensors");
  }

  private ShardDigest rewrite(Map<String, TensorRewrite> rewrites, boolean sha256)
      throws IOException {
    Files.createDirectories(attempts());
    return ShardRewriter.rewrite(
        ModelFiles.hadoop(model()),
        ModelFiles.open(model()).shards().get(0),
        new Staging(
            ModelFiles.hadoop(attempts()).toString(),
            ModelFiles.hadoop(directory.resolve("out")).toString()),
        "7",
        rewrites,
        sha256,
        HADOOP);
  }

  /** Untouched bytes before and after a tensor to replace. */
  private byte[] shard() {
    String header =
        String.format(
            "{\"a\":{\"dtype\":\"U8\",\"shape\":[%d],\"data_offsets\":[0,%d]},"
                + "\"b\":{\"dtype\":\"U8\",\"shape\":[5,1048576],\"data_offsets\":[%d,%d]},"
                + "\"c\":{\"dtype\":\"U8\",\"shape\":[%d],\"data_offsets\":[%d,%d]},"
                + "\"__metadata__\":{\"format\":\"pt\"}}",
            UNTOUCHED,
            UNTOUCHED,
            UNTOUCHED,
            UNTOUCHED + TOUCHED,
            UNTOUCHED,
            UNTOUCHED + TOUCHED,
            UNTOUCHED + TOUCHED + UNTOUCHED);
    byte[] data = new byte[UNTOUCHED + TOUCHED + UNTOUCHED];
    new Random(7).nextBytes(data);
    byte[] file = ModelFiles.file(header.getBytes(StandardCharsets.UTF_8), data);
    ModelFiles.single(model(), file);
    return file;
  }

  private static void invert(long offset, ByteBuffer chunk) {
    for (int i = 0; i < chunk.limit(); i++) {
      chunk.put(i, (byte) ~chunk.get(i));
    }
  }

  private WrittenFile file(long bytes, long crc32c) {
    return new WrittenFile(
        "model.safetensors",
        new PrivateFile(ModelFiles.hadoop(output()).toString()),
        bytes,
        crc32c);
  }

  private static String sha256(byte[] bytes) throws Exception {
    return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
  }

  @Test
  void copiesAroundAReplacedTensor() throws Exception {
    byte[] input = shard();

    ShardDigest digest = rewrite(Map.of("b", LocalCopyTest::invert), true);

    byte[] expected = input.clone();
    for (int i = 0; i < TOUCHED; i++) {
      int at = input.length - UNTOUCHED - TOUCHED + i;
      expected[at] = (byte) ~expected[at];
    }
    CRC32C checksum = new CRC32C();
    checksum.update(expected);
    assertThat(Files.readAllBytes(output())).isEqualTo(expected);
    assertThat(digest)
        .isEqualTo(new ShardDigest(sha256(input), file(input.length, checksum.getValue())));
    assertThat(output().getParent()).isDirectoryNotContaining("glob:**/.*");
  }

  @Test
  void leavesTheDigestOutWhereItIsNotAskedFor() throws Exception {
    byte[] input = shard();

    ShardDigest digest = rewrite(Map.of(), false);

    CRC32C checksum = new CRC32C();
    checksum.update(input);
    assertThat(Files.readAllBytes(output())).isEqualTo(input);
    assertThat(digest).isEqualTo(new ShardDigest("", file(input.length, checksum.getValue())));
  }

  @ParameterizedTest // Cut short after some of it was copied.
  @ValueSource(booleans = {true, false})
  void noticesAShardTruncatedWhileItIsCopied(boolean sha256) throws Exception {
    shard();
    TensorRewrite truncating =
        (offset, chunk) -> {
          try (RandomAccessFile file = new RandomAccessFile(input().toFile(), "rw")) {
            file.setLength(UNTOUCHED + TOUCHED + 4096);
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        };

    assertThatThrownBy(() -> rewrite(Map.of("b", truncating), sha256))
        .isInstanceOfSatisfying(
            TrawlException.class, e -> assertThat(e.category()).isEqualTo(ErrorCategory.BAD_INPUT))
        .hasMessageContainingAll("model.safetensors", "ends before");
    assertThat(output()).doesNotExist();
  }

  @Test // Other bytes of the same length.
  void noticesAShardChangedWhileItIsCopied() throws Exception {
    shard();
    FileTime later = FileTime.fromMillis(System.currentTimeMillis() + 5000);
    TensorRewrite changing =
        (offset, chunk) -> {
          try (RandomAccessFile file = new RandomAccessFile(input().toFile(), "rw")) {
            file.seek(file.length() - 1);
            file.write(0x5a);
            Files.setLastModifiedTime(input(), later);
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        };

    assertThatThrownBy(() -> rewrite(Map.of("b", changing), true))
        .isInstanceOf(TrawlException.class)
        .hasMessageContainingAll("model.safetensors", "changed since");
    assertThat(output()).doesNotExist();
  }

  @Test // A task that is killed is interrupted.
  void leavesNothingWhenItIsInterrupted() throws Exception {
    shard();
    TensorRewrite interrupting = (offset, chunk) -> Thread.currentThread().interrupt();

    assertThatThrownBy(() -> rewrite(Map.of("b", interrupting), true))
        .isInstanceOf(TrawlException.class)
        .hasMessageContaining("model.safetensors");
    assertThat(Thread.interrupted()).isTrue();
    assertThat(output()).doesNotExist();
  }

  @Tag("slow")
  @Test // More than 2 GiB in one copy, and more bytes after it.
  void copiesAndReplacesBeyondTwoGibibytes() throws Exception {
    long untouched = (2L << 30) + 5;
    String header =
        String.format(
            "{\"a\":{\"dtype\":\"U8\",\"shape\":[%d],\"data_offsets\":[0,%d]},"
                + "\"b\":{\"dtype\":\"U8\",\"shape\":[3],\"data_offsets\":[%d,%d]},"
                + "\"__metadata__\":{\"format\":\"pt\"}}",
            untouched, untouched, untouched, untouched + 3);
    byte[] start = ModelFiles.file(header.getBytes(StandardCharsets.UTF_8), new byte[0]);
    ModelFiles.single(model(), start);
    try (RandomAccessFile file = new RandomAccessFile(input().toFile(), "rw")) {
      file.setLength(start.length + untouched + 3);
      file.seek(start.length + untouched - 1);
      file.write(new byte[] {9, 1, 2, 3});
    }

    ShardDigest digest = rewrite(Map.of("b", LocalCopyTest::invert), true);

    assertThat(digest.file().bytes()).isEqualTo(start.length + untouched + 3);
    MessageDigest expected = MessageDigest.getInstance("SHA-256");
    try (InputStream stream = new DigestInputStream(Files.newInputStream(input()), expected)) {
      stream.transferTo(OutputStream.nullOutputStream());
    }
    assertThat(digest.inputSha256()).isEqualTo(HexFormat.of().formatHex(expected.digest()));
    try (CheckedInputStream stream =
        new CheckedInputStream(Files.newInputStream(output()), new CRC32C())) {
      stream.transferTo(OutputStream.nullOutputStream());
      assertThat(digest.file().crc32c()).isEqualTo(stream.getChecksum().getValue());
    }
    try (RandomAccessFile file = new RandomAccessFile(output().toFile(), "r")) {
      file.seek(start.length + untouched - 1);
      byte[] tail = new byte[4];
      file.readFully(tail);
      assertThat(tail).containsExactly(9, ~1, ~2, ~3);
      assertThat(file.length()).isEqualTo(digest.file().bytes());
    }
  }
}
