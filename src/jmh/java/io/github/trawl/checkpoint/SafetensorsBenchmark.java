package io.github.trawl.checkpoint;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Opening a checkpoint (its headers read and checked) of 2,000 tensors, and reading all of its 256
 * MB tensor by tensor from the page cache. Milliseconds; 256 divided by {@code read}, times a
 * thousand, is MB/s.
 */
@State(Scope.Thread)
@Fork(1)
@Warmup(iterations = 2, time = 1)
@Measurement(iterations = 3, time = 1)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
public class SafetensorsBenchmark {
  private static final int TENSORS = 2000;
  private static final int TENSOR_BYTES = 256_000_000 / TENSORS;

  private final Configuration hadoop = new Configuration();
  private java.nio.file.Path directory;
  private Path model;
  private Checkpoint checkpoint;
  private ByteBuffer target;

  /** Writes the checkpoint. */
  @Setup
  public void write() throws IOException {
    directory = Files.createTempDirectory("trawl-benchmark");
    model = new Path(directory.toUri());
    FileSystem fileSystem = model.getFileSystem(hadoop);
    Files.writeString(directory.resolve("config.json"), "{\"model_type\": \"bert\"}");
    byte[] values = new byte[TENSOR_BYTES];
    SafetensorsWriter.write(
        fileSystem,
        new Path(model, "model.safetensors"),
        Map.of(),
        IntStream.range(0, TENSORS)
            .mapToObj(
                i ->
                    new TensorSpec(
                        "encoder.layer." + i / 10 + ".attention." + i % 10 + ".weight",
                        DType.BF16,
                        List.of(TENSOR_BYTES / 2L)))
            .toList(),
        (tensor, channel) -> channel.write(ByteBuffer.wrap(values)));
    checkpoint = Checkpoint.open(model, hadoop);
    target = ByteBuffer.allocateDirect(TENSOR_BYTES);
  }

  /** Config, header, and the check that the tensors fill the file. */
  @Benchmark
  public Checkpoint open() {
    return Checkpoint.open(model, hadoop);
  }

  /** Every tensor into one off-heap buffer. */
  @Benchmark
  public ByteBuffer read() {
    try (ShardReader reader =
        ShardReader.open(checkpoint.directory(), checkpoint.shards().get(0), hadoop)) {
      for (TensorInfo tensor : checkpoint.tensors()) {
        reader.readFully(tensor.offset(), target.clear());
      }
    }
    return target;
  }

  /** Removes the checkpoint. */
  @TearDown
  public void remove() throws IOException {
    try (Stream<java.nio.file.Path> files = Files.walk(directory)) {
      for (java.nio.file.Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
