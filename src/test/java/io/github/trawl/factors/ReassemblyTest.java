package io.github.trawl.factors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.trawl.TrawlException;
import io.github.trawl.architecture.Architecture;
import io.github.trawl.architecture.MatrixRole;
import io.github.trawl.architecture.WeightSlice;
import io.github.trawl.checkpoint.Checkpoint;
import io.github.trawl.checkpoint.DType;
import io.github.trawl.checkpoint.ShardFile;
import io.github.trawl.checkpoint.Staging;
import io.github.trawl.checkpoint.TensorInfo;
import io.github.trawl.denoise.TinyModel;
import io.github.trawl.linalg.OffHeapMemory;
import io.github.trawl.tensor.KruskalTensor;
import io.github.trawl.tensor.LowRankTensor;
import io.github.trawl.tensor.TuckerTensor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** New values come from factors that are in memory only while a tensor needs them. */
class ReassemblyTest {
  private static final Configuration HADOOP = new Configuration();
  private static final int HIDDEN = 64;
  private static final int RANK = 48;

  @TempDir private Path folder;
  private List<WeightSlice> slices;
  private Staging staging;

  @BeforeEach
  void model() throws IOException {
    TinyModel.write(folder.resolve("model"), DType.F32, HIDDEN);
    Checkpoint checkpoint =
        Checkpoint.open(new org.apache.hadoop.fs.Path(folder.resolve("model").toUri()), HADOOP);
    slices =
        Architecture.forModel(checkpoint).slices(checkpoint).stream()
            .sorted(Comparator.comparingLong(slice -> slice.tensor().offset()))
            // Some along the rows of their tensor, some along its columns.
            .map(slice -> slice.role() == MatrixRole.DOWN ? slice.transpose() : slice)
            .toList();
    Files.createDirectory(folder.resolve("staging"));
    staging = new Staging(uri("staging"), uri("output"));
  }

  /** Every matrix has factors of its own: at any time those of one are there, not of all. */
  @ParameterizedTest
  @ValueSource(strings = {"kruskal", "tucker"})
  void holdsTheFactorsOfOneTensorAtATime(String kind) {
    List<MatrixEdit> edits = new ArrayList<>();
    List<LowRankTensor> tensors = new ArrayList<>();
    long largest = 0;
    long all = 0;
    for (int i = 0; i < slices.size(); i++) {
      LowRankTensor tensor = random(kind, 1, slices.get(i), i);
      tensors.add(tensor);
      edits.add(new MatrixEdit(slices.get(i), write("f" + i, List.of(slices.get(i)), tensor), 0));
      largest = Math.max(largest, bytes(tensor));
      all += bytes(tensor);
    }
    try (OffHeapMemory memory = OffHeapMemory.limitedTo(1 << 24)) {
      try (Reassembly reassembly = new Reassembly(edits, memory, HADOOP)) {
        assertThat(memory.peakBytes()).as("before the first tensor").isZero();
        for (int i = 0; i < edits.size(); i++) {
          float[] values = pass(reassembly, edits.get(i).slice().tensor());
          assertThat(memory.allocatedBytes()).as("after tensor %s", i).isZero();
          assertValues(values, slices.get(i), tensors.get(i), 0);
        }
      }
      // Factors, and as scratch a batch of their rows in Arrow's format, or a panel and product.
      assertThat(memory.peakBytes()).isLessThan(4 * largest + (1 << 16)).isLessThan(all / 2);
    }
  }

  /** Factors of a stack stay until its last tensor has passed, and are read once. */
  @Test
  void keepsTheFactorsOfAStackUntilItsLastTensor() {
    List<WeightSlice> stack =
        slices.stream().filter(slice -> slice.rows() == slice.columns()).toList();
    LowRankTensor tensor = random("kruskal", stack.size(), stack.get(0), 3);
    FactorRef ref = write("stack", stack, tensor);
    List<MatrixEdit> edits = new ArrayList<>();
    for (int k = 0; k < stack.size(); k++) {
      edits.add(new MatrixEdit(stack.get(k), ref, k));
    }
    try (OffHeapMemory memory = OffHeapMemory.limitedTo(1 << 24);
        Reassembly reassembly = new Reassembly(edits, memory, HADOOP)) {
      for (int k = 0; k < stack.size(); k++) {
        assertValues(pass(reassembly, stack.get(k).tensor()), stack.get(k), tensor, k);
        boolean last = k == stack.size() - 1;
        assertThat(memory.allocatedBytes() > 0).as("after tensor %s", k).isEqualTo(!last);
      }
    }
  }

  @Test
  void freesAllAfterAFailure() {
    LowRankTensor tensor = random("kruskal", 1, slices.get(0), 1);
    MatrixEdit edit = new MatrixEdit(slices.get(0), write("f", List.of(slices.get(0)), tensor), 0);
    try (OffHeapMemory memory = OffHeapMemory.limitedTo(1 << 24)) {
      try (Reassembly reassembly = new Reassembly(List.of(edit), memory, HADOOP)) {
        TensorInfo info = slices.get(0).tensor();
        int row = Math.toIntExact(info.shape().get(1) * Float.BYTES);
        reassembly.edits().get(info).rewrite(0, chunk(row));
        assertThat(memory.allocatedBytes()).isPositive();
      }
      assertThat(memory.allocatedBytes()).isZero();
    }
    try (OffHeapMemory memory = OffHeapMemory.limitedTo(bytes(tensor) / 2);
        Reassembly reassembly = new Reassembly(List.of(edit), memory, HADOOP)) {
      assertThatThrownBy(() -> pass(reassembly, slices.get(0).tensor()))
          .isInstanceOf(TrawlException.class)
          .hasMessageContaining("memory.off-heap");
      assertThat(memory.allocatedBytes()).isZero();
    }
  }

  /** The edit makes every value 60,000; changed at random by as much, some exceed 65,504. */
  @Test
  void namesATensorThatAControlWouldOverflow() throws IOException {
    TinyModel.write(folder.resolve("half"), DType.F16, HIDDEN);
    Checkpoint half =
        Checkpoint.open(new org.apache.hadoop.fs.Path(folder.resolve("half").toUri()), HADOOP);
    WeightSlice slice = Architecture.forModel(half).slices(half).get(0);
    float[] weights = new float[RANK];
    weights[0] = 60_000;
    LowRankTensor tensor =
        new KruskalTensor(
            weights, ones(RANK), ones(slice.rows() * RANK), ones(slice.columns() * RANK));
    MatrixEdit edit = new MatrixEdit(slice, write("f", List.of(slice), tensor), 0);
    Map<String, ShardFile> shards =
        half.shards().stream().collect(Collectors.toMap(ShardFile::name, each -> each));
    assertThat(Reassembly.values(half.directory(), shards, List.of(edit), HADOOP))
        .containsOnly(60_000);
    assertThatThrownBy(
            () -> Reassembly.values(half.directory(), shards, List.of(edit.asControl(1)), HADOOP))
        .isInstanceOf(TrawlException.class)
        .hasMessageContaining("tensor " + slice.tensor().name())
        .hasMessageContaining("control 1 changes at random does not fit in F16");
  }

  private static float[] ones(int count) {
    float[] values = new float[count];
    Arrays.fill(values, 1);
    return values;
  }

  private String uri(String name) {
    return folder.resolve(name).toUri().toString();
  }

  private static float[] pass(Reassembly reassembly, TensorInfo tensor) {
    ByteBuffer chunk = chunk(Math.toIntExact(tensor.length()));
    reassembly.edits().get(tensor).rewrite(0, chunk);
    float[] values = new float[chunk.remaining() / Float.BYTES];
    chunk.asFloatBuffer().get(values);
    return values;
  }

  private static ByteBuffer chunk(int bytes) {
    return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  private static void assertValues(
      float[] stored, WeightSlice slice, LowRankTensor tensor, int index) {
    FloatBuffer expected = FloatBuffer.allocate(slice.rows() * slice.columns());
    tensor.reconstruct(index, 0, slice.rows(), 0, slice.columns(), expected);
    boolean crossed = slice.layout().inputsFirst() != slice.layout().transposed();
    for (int row = 0; row < slice.rows(); row++) {
      for (int column = 0; column < slice.columns(); column++) {
        int position = crossed ? column * slice.rows() + row : row * slice.columns() + column;
        assertThat(stored[position])
            .isCloseTo(expected.get(row * slice.columns() + column), within(1e-3f));
      }
    }
  }

  private FactorRef write(String name, List<WeightSlice> stack, LowRankTensor tensor) {
    FactorMember member = new FactorMember("r" + RANK, RANK, 0, 0.5, 1, "DIRECT");
    return new FactorRef(
        FactorFile.write(
                staging,
                "attempt-" + name,
                name + ".arrow",
                new FactorSet(
                    name,
                    stack.stream().map(WeightSlice::label).toList(),
                    false,
                    List.of(member),
                    List.of(tensor),
                    Map.of("method", "test")),
                HADOOP)
            .path()
            .toString(),
        RANK,
        0);
  }

  private static LowRankTensor random(String kind, int depth, WeightSlice slice, long seed) {
    Random random = new Random(seed);
    if (kind.equals("kruskal")) {
      return new KruskalTensor(
          values(random, RANK),
          values(random, depth * RANK),
          values(random, slice.rows() * RANK),
          values(random, slice.columns() * RANK));
    }
    return new TuckerTensor(
        depth,
        RANK,
        RANK,
        values(random, depth * RANK * RANK),
        values(random, depth * depth),
        values(random, slice.rows() * RANK),
        values(random, slice.columns() * RANK));
  }

  private static long bytes(LowRankTensor tensor) {
    return FactorCodecs.of(tensor).parts(tensor).stream()
        .mapToLong(part -> (long) Float.BYTES * part.values().length)
        .sum();
  }

  private static float[] values(Random random, int count) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }
}
