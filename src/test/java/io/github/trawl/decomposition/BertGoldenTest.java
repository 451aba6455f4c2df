package io.github.trawl.decomposition;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.trawl.linalg.BlasProvider;
import io.github.trawl.linalg.FloatMatrix;
import io.github.trawl.linalg.OffHeapMemory;
import io.github.trawl.tensor.TensorBlock;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Against TensorLy on real weights, run by hand: {@code mvn test -Dtest=BertGoldenTest
 * -DexcludedGroups= -Dtrawl.test.bert=DIRECTORY} with bert-base-uncased as a safetensors
 * checkpoint. Skipped where there is none.
 */
@Tag("slow")
class BertGoldenTest {
  private static final String PROPERTY = "trawl.test.bert";

  static List<JsonNode> stacks() {
    return GoldenTensors.load("bert-fits.json");
  }

  @ParameterizedTest
  @MethodSource("stacks")
  @DisplayName("CP and Tucker fit BERT's weights as well as TensorLy's")
  void agreesWithTensorLy(JsonNode entry) throws IOException {
    try (OffHeapMemory memory = OffHeapMemory.limitedTo(2L << 30);
        TensorBlock block = stack(entry.get("name").asText(), memory)) {
      assertThat(Math.sqrt(block.squaredNorm()))
          .isCloseTo(entry.get("norm").asDouble(), within(1e-3));
      for (JsonNode expected : entry.get("tucker")) {
        JsonNode ranks = expected.get("ranks");
        TuckerOptions options =
            new TuckerOptions(
                new TuckerRanks(ranks.get(0).asInt(), ranks.get(1).asInt(), ranks.get(2).asInt()),
                100,
                1e-4);
        try (PanelPool pool = new PanelPool(2)) {
          Decomposition result =
              new TuckerHooi(options, BlasProvider.blas(), memory, pool)
                  .decompose(TensorErrors.slices(block));
          JsonNode errors = expected.get("errors");
          assertThat(result.iterations())
              .as("iterations for %s: TensorLy ends at the first small change", ranks)
              .isBetween(errors.size(), errors.size() + 1);
          for (int i = 0; i < errors.size(); i++) {
            assertThat(result.errors()[i])
                .as("error %d for %s", i, ranks)
                .isCloseTo(errors.get(i).asDouble(), within(1e-4));
          }
        }
      }
      for (JsonNode expected : entry.get("cp")) {
        CpAlsGoldenTest.compare(entry.get("name").asText(), block, expected, memory);
        CpAlsGoldenTest.compareWithOwnStarts(entry.get("name").asText(), block, expected, memory);
      }
    }
  }

  private static TensorBlock stack(String name, OffHeapMemory memory) throws IOException {
    String prefix = "bert.encoder.layer." + name.split("-", -1)[1] + ".";
    if (name.endsWith("-fc")) {
      TensorBlock block = TensorBlock.allocate(memory, 0, 2, 768, 3072);
      read(prefix + "intermediate.dense.weight", block.slice(0), true);
      read(prefix + "output.dense.weight", block.slice(1), false);
      return block;
    }
    TensorBlock block = TensorBlock.allocate(memory, 0, 4, 768, 768);
    read(prefix + "attention.self.query.weight", block.slice(0), false);
    read(prefix + "attention.self.key.weight", block.slice(1), false);
    read(prefix + "attention.self.value.weight", block.slice(2), false);
    read(prefix + "attention.output.dense.weight", block.slice(3), false);
    return block;
  }

  /** Reads a float32 tensor of a safetensors file, independently of the code under test. */
  private static void read(String tensor, FloatMatrix target, boolean transposed)
      throws IOException {
    try (FileChannel channel = FileChannel.open(weightsFile())) {
      int headerLength = (int) read(channel, 0, 8).getLong();
      JsonNode header = new ObjectMapper().readTree(read(channel, 8, headerLength).array());
      JsonNode entry = header.get(tensor);
      assertThat(entry).as("%s in %s", tensor, weightsFile()).isNotNull();
      assertThat(entry.get("dtype").asText()).isEqualTo("F32");
      long start = entry.get("data_offsets").get(0).asLong();
      int length = (int) (entry.get("data_offsets").get(1).asLong() - start);
      FloatBuffer values = read(channel, 8 + headerLength + start, length).asFloatBuffer();
      for (int i = 0; i < target.rows(); i++) {
        for (int j = 0; j < target.columns(); j++) {
          target.set(
              i, j, values.get(transposed ? j * target.rows() + i : i * target.columns() + j));
        }
      }
    }
  }

  private static ByteBuffer read(FileChannel channel, long position, int length)
      throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
    while (buffer.hasRemaining()) {
      assertThat(channel.read(buffer, position + buffer.position())).isPositive();
    }
    return buffer.flip();
  }

  private static Path weightsFile() throws IOException {
    String directory = System.getProperty(PROPERTY);
    assumeThat(directory)
        .as("set -D%s to the directory of bert-base-uncased in safetensors", PROPERTY)
        .isNotNull();
    try (Stream<Path> files = Files.list(Path.of(directory))) {
      return files.filter(file -> file.toString().endsWith(".safetensors")).findFirst().get();
    }
  }
}
