package io.github.trawl.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.trawl.TrawlException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Against a file that the safetensors package wrote, see make_safetensors_golden.py. */
class SafetensorsWriterTest {
  @TempDir Path directory;

  private byte[] golden() throws IOException {
    try (InputStream stream = getClass().getResourceAsStream("/checkpoint/golden.safetensors")) {
      return stream.readAllBytes();
    }
  }

  private static ByteBuffer bytes(Checkpoint checkpoint, TensorInfo tensor) {
    ByteBuffer bytes = ByteBuffer.allocate((int) tensor.length());
    try (ShardReader reader =
        ShardReader.open(checkpoint.directory(), checkpoint.shards().get(0), new Configuration())) {
      reader.readFully(tensor.offset(), bytes);
    }
    return bytes.flip();
  }

  private static float[] values(Checkpoint checkpoint, String name) {
    TensorInfo tensor = checkpoint.tensor(name);
    int count = (int) (tensor.length() * Byte.SIZE / tensor.dtype().bits());
    FloatBuffer values = FloatBuffer.allocate(count);
    FloatCodec.decode(tensor.dtype(), bytes(checkpoint, tensor), values);
    return values.array();
  }

  @Test
  void readsWhatThePackageWrote() throws IOException {
    Checkpoint checkpoint = ModelFiles.open(ModelFiles.single(directory, golden()));
    float infinity = Float.POSITIVE_INFINITY;

    assertThat(checkpoint.tensors()).hasSize(10);
    assertThat(values(checkpoint, "special.f32"))
        .containsExactly(0f, -0f, 1f, -2.5f, infinity, -infinity, Float.NaN, 1e-7f);
    assertThat(values(checkpoint, "special.f64"))
        .containsExactly(0f, -0f, 1f, -2.5f, infinity, -infinity, Float.NaN, 1e-7f);
    // 1e-7 lies between the subnormal halves 1 and 2 times 2^-24, nearer to 2.
    assertThat(values(checkpoint, "special.f16"))
        .containsExactly(0f, -0f, 1f, -2.5f, infinity, -infinity, Float.NaN, 0x1p-23f);
    // 1e-7 is 1.6777… times 2^-24; in 128ths the fraction is 86.76, so 87.
    assertThat(values(checkpoint, "special.bf16"))
        .containsExactly(
            0f, -0f, 1f, -2.5f, infinity, -infinity, Float.NaN, (1 + 87 / 128f) * 0x1p-24f);
    assertThat(values(checkpoint, "matrix.f32")).containsExactly(0, 1, 2, 3, 4, 5);
    assertThat(checkpoint.tensor("matrix.f32").shape()).containsExactly(2L, 3L);
    assertThat(values(checkpoint, "scalar.f32")).containsExactly(42);
    assertThat(bytes(checkpoint, checkpoint.tensor("größe.u8")).get()).isEqualTo((byte) 7);
  }

  @Test
  void writesTheBytesThatThePackageWrote() throws IOException {
    Checkpoint checkpoint = ModelFiles.open(ModelFiles.single(directory, golden()));
    List<TensorSpec> specs =
        checkpoint.tensors().stream()
            .map(tensor -> new TensorSpec(tensor.name(), tensor.dtype(), tensor.shape()))
            .sorted(java.util.Comparator.comparing(TensorSpec::name))
            .toList();
    Path file = directory.resolve("again.safetensors");

    write(
        file,
        specs,
        (spec, target) -> target.write(bytes(checkpoint, checkpoint.tensor(spec.name()))));

    assertThat(Files.readAllBytes(file)).isEqualTo(golden());
    assertThat(directory).isDirectoryNotContaining("glob:**/.*");
  }

  @ParameterizedTest // A file that is not complete does not appear.
  @ValueSource(ints = {3, 5})
  void refusesContentOfAnotherLength(int length) throws IOException {
    Path file = directory.resolve("short.safetensors");
    List<TensorSpec> specs = List.of(new TensorSpec("t", DType.U8, List.of(4L)));

    assertThatThrownBy(
            () ->
                write(
                    file, specs, (spec, target) -> target.write(ByteBuffer.allocateDirect(length))))
        .isInstanceOf(TrawlException.class)
        .hasMessageContainingAll("short.safetensors", "'t'", "4 bytes");
    assertThat(directory).isEmptyDirectory();
  }

  @Test
  void refusesDuplicateAndReservedNames() {
    TensorSpec tensor = new TensorSpec("t", DType.U8, List.of(1L));

    assertThatThrownBy(
            () ->
                write(directory.resolve("x"), List.of(tensor, tensor), SafetensorsWriterTest::zero))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("'t'");
    assertThatThrownBy(() -> new TensorSpec("__metadata__", DType.U8, List.of()))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new TensorSpec("t", DType.U8, List.of(-1L)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private static void zero(TensorSpec tensor, WritableByteChannel target) throws IOException {
    target.write(ByteBuffer.allocate((int) tensor.length()));
  }

  private static void write(Path file, List<TensorSpec> specs, TensorContent content) {
    org.apache.hadoop.fs.Path target = ModelFiles.hadoop(file);
    SafetensorsWriter.write(
        Storage.open(target, new Configuration()), target, Map.of(), specs, content);
  }
}
