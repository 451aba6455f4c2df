package io.github.trawl.bench;

import io.github.trawl.checkpoint.DType;
import io.github.trawl.checkpoint.SafetensorsWriter;
import io.github.trawl.checkpoint.ShardFile;
import io.github.trawl.checkpoint.ShardRewriter;
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

/** Carrying tensors over untouched, with the digest that goes into the manifest, beside cp. */
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
    Path ours = directory.resolve("ours.safetensors");
    Path theirs = directory.resolve("theirs.safetensors");
    try {
      Timing.Pair pair =
          Timing.inTurns(
              1,
              setting.quick() ? 5 : 9,
              () -> {
                Files.deleteIfExists(ours);
                ShardRewriter.rewrite(
                    file.getParent(),
                    shard,
                    new org.apache.hadoop.fs.Path(ours.toUri()),
                    Map.of(),
                    hadoop);
              },
              () -> {
                Files.deleteIfExists(theirs);
                setting.processes().time("cp", input.toString(), theirs.toString());
              });
      return List.of(
          Row.seconds(
                  "copy",
                  "copy of %d MiB of untouched tensors".formatted(status.getLen() >> 20),
                  "cp",
                  pair.ours(),
                  pair.theirs())
              .atLeast(0.8)
              .note("ours with SHA-256 of input and output; in the page cache"));
    } finally {
      Files.deleteIfExists(ours);
      Files.deleteIfExists(theirs);
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
