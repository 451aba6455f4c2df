package io.github.trawl.evaluation.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.trawl.TrawlException;
import io.github.trawl.checkpoint.Checkpoint;
import io.github.trawl.checkpoint.FloatCodec;
import io.github.trawl.checkpoint.TensorInfo;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Replacing tensors in memory is the same as replacing them in the file. */
class PatchTest {
  @TempDir private Path directory;

  /** Separate, transposed, fused by head, fused by rows, tied, sharded and bfloat16 tensors. */
  @ParameterizedTest
  @ValueSource(
      strings = {"bert", "gpt2-without-prefix", "gpt_neox", "phi3", "llama-tied-bias", "llama"})
  void computesWhatTheChangedFileDoes(String name) throws IOException {
    GoldenModel golden = new GoldenModel(name);
    List<int[]> tokens = golden.batches().get(0).tokens();
    try (TransformerModel model = golden.open()) {
      List<float[][]> original = model.logits(tokens);
      for (TensorInfo tensor : golden.checkpoint().tensors()) {
        Path changed = Files.createDirectory(directory.resolve(tensor.name()));
        model.patch(tensor.name(), FloatBuffer.allocate(elements(tensor)));
        model.patch(tensor.name(), writeNegated(golden.directory(), changed, tensor));
        List<float[][]> patched = model.logits(tokens);
        try (TransformerModel other = open(changed)) {
          assertSameBits(patched, other.logits(tokens));
        }
        assertThat(Arrays.deepEquals(patched.get(0), original.get(0))).isFalse();
        model.restore();
        assertSameBits(model.logits(tokens), original);
      }
    }
  }

  @Test
  void refusesWhatItCannotReplace() {
    try (TransformerModel model = new GoldenModel("bert").open()) {
      assertThatThrownBy(() -> model.patch("bert.pooler.dense.weight", FloatBuffer.allocate(1)))
          .isInstanceOf(TrawlException.class)
          .hasMessageContaining("bert.pooler.dense.weight");
      assertThatThrownBy(
              () -> model.patch("bert.embeddings.LayerNorm.bias", FloatBuffer.allocate(31)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("31 values");
    }
  }

  /** Copies the model with all signs of one tensor turned, and gives the values. */
  private static FloatBuffer writeNegated(Path source, Path target, TensorInfo tensor)
      throws IOException {
    try (Stream<Path> files = Files.list(source)) {
      for (Path file : files.toList()) {
        Files.copy(file, target.resolve(file.getFileName()));
      }
    }
    byte[] bytes = Files.readAllBytes(target.resolve(tensor.file()));
    int width = tensor.dtype().bits() / Byte.SIZE;
    int start = (int) tensor.offset();
    for (int sign = width - 1; sign < tensor.length(); sign += width) {
      bytes[start + sign] ^= (byte) 0x80;
    }
    Files.write(target.resolve(tensor.file()), bytes);
    FloatBuffer values = FloatBuffer.allocate(elements(tensor));
    FloatCodec.decode(tensor.dtype(), ByteBuffer.wrap(bytes, start, (int) tensor.length()), values);
    return values.flip();
  }

  private static int elements(TensorInfo tensor) {
    return (int) (tensor.length() * Byte.SIZE / tensor.dtype().bits());
  }

  private static TransformerModel open(Path model) {
    Configuration hadoop = new Configuration();
    return (TransformerModel)
        LanguageModels.open(
            Checkpoint.open(new org.apache.hadoop.fs.Path(model.toUri()), hadoop),
            hadoop,
            Placement.cpu(1));
  }

  private static void assertSameBits(List<float[][]> actual, List<float[][]> expected) {
    for (int i = 0; i < expected.size(); i++) {
      assertThat(actual.get(i)).isDeepEqualTo(expected.get(i));
    }
  }
}
