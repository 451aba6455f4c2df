package io.github.trawl.bench;

import io.github.trawl.checkpoint.DType;
import io.github.trawl.checkpoint.SafetensorsWriter;
import io.github.trawl.checkpoint.ShardFile;
import io.github.trawl.checkpoint.ShardRewriter;
import io.github.trawl.checkpoint.Staging;
import io.github.trawl.checkpoint.TensorSpec;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;

/** Carrying tensors over untouched, without and with the digest that goes into the manifest. */
final class CopyComparison implements Comparison {
  private static final int TENSORS = 16;
  private static final List<Long> SHAPE = List.of(4096L, 4096L);

  @Override
  public List<Row> measure(Setting setting) throws IOException {
    Configuration hadoop = new Configuration();
    Path directory = setting.directory("copy");
    Path input = directory.resolve("input.safetensors");
    org.apache.hadoop.fs.Path file = new org.apache.hadoop.fs.Path(input.toUri());
    FileSystem fileSystem = file.getFileSystem(hadoop);
    if (!Files.exists(input)) {
      write(fileSystem, file);
    }
    FileStatus status = fileSystem.getFileStatus(file);
    ShardFile shard = new ShardFile(file.getName(), status.getLen(), status.getModificationTime());
    Path output = Files.createDirectories(directory.resolve("copy")).resolve(file.getName());
    String what = "copy of %d MiB of untouched tensors".formatted(status.getLen() >> 20);
    String digester = digester(setting, input);
    try {
      Timing.Pair plain =
          inTurns(
              setting,
              output,
              () -> rewrite(file, shard, output, false, hadoop),
              "cp \"$0\" \"$1\"",
              input);
      Timing.Pair digested =
          inTurns(
              setting,
              output,
              () -> rewrite(file, shard, output, true, hadoop),
              "cp \"$0\" \"$1\" & " + digester + " \"$0\"; wait",
              input);
      return List.of(
          Row.seconds("copy", what, "cp", plain.ours(), plain.theirs())
              .atLeast(0.8)
              .note("without digest; in the page cache"),
          Row.seconds(
                  "copy",
                  what + ", with SHA-256 of the input",
                  "cp and " + digester + " at once",
                  digested.ours(),
                  digested.theirs())
              .note("in the page cache"));
    } finally {
      Files.deleteIfExists(output);
    }
  }

  private static Timing.Pair inTurns(
      Setting setting, Path output, Timing.Work ours, String theirs, Path input)
      throws IOException {
    return Timing.inTurns(
        1,
        setting.quick() ? 5 : 9,
        () -> Files.deleteIfExists(output),
        ours,
        () -> setting.processes().time("sh", "-c", theirs, input.toString(), output.toString()));
  }

  private static void rewrite(
      org.apache.hadoop.fs.Path file,
      ShardFile shard,
      Path output,
      boolean sha256,
      Configuration hadoop) {
    ShardRewriter.rewrite(
        file.getParent(),
        shard,
        new Staging(
            new org.apache.hadoop.fs.Path(output.getParent().getParent().toUri()).toString(),
            new org.apache.hadoop.fs.Path(output.toUri()).toString()),
        output.getParent().getFileName().toString(),
        Map.of(),
        sha256,
        hadoop);
  }

  /** Prefers OpenSSL, which is several times as fast as some builds of coreutils. */
  private static String digester(Setting setting, Path input) {
    try {
      setting.processes().time("openssl", "dgst", "-sha256", input.toString());
      return "openssl dgst -sha256";
    } catch (IOException e) {
      return "sha256sum";
    }
  }

  private static void write(FileSystem fileSystem, org.apache.hadoop.fs.Path file) {
    byte[] values = new byte[DType.BF16.bits() / Byte.SIZE * 4096 * 4096];
    new SplittableRandom(4).nextBytes(values);
    SafetensorsWriter.write(
        fileSystem,
        file,
        Map.of(),
        IntStream.range(0, TENSORS)
            .mapToObj(i -> new TensorSpec("tensor." + i, DType.BF16, SHAPE))
            .toList(),
        (tensor, channel) -> channel.write(ByteBuffer.wrap(values)));
  }
}
