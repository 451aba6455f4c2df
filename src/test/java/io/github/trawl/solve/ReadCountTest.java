package io.github.trawl.solve;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.trawl.architecture.Architecture;
import io.github.trawl.architecture.StackReads;
import io.github.trawl.architecture.WeightSlice;
import io.github.trawl.checkpoint.Checkpoint;
import io.github.trawl.checkpoint.CountingFileSystem;
import io.github.trawl.checkpoint.DType;
import io.github.trawl.checkpoint.SafetensorsWriter;
import io.github.trawl.checkpoint.TensorSpec;
import io.github.trawl.decomposition.CpAls;
import io.github.trawl.decomposition.DecompositionMethods;
import io.github.trawl.decomposition.DecompositionOptions;
import io.github.trawl.denoise.DenoiseRuns;
import io.github.trawl.distributed.SourceSupply;
import io.github.trawl.linalg.FloatMatrix;
import io.github.trawl.linalg.OffHeapMemory;
import io.github.trawl.plan.StackPlan;
import io.github.trawl.plan.StackSelection;
import io.github.trawl.plan.Strategy;
import io.github.trawl.plan.WeightStack;
import io.github.trawl.tensor.BlockGrid;
import io.github.trawl.tensor.Panels;
import io.github.trawl.tensor.TensorBlock;
import io.github.trawl.tensor.TensorExchange;
import io.github.trawl.tensor.ValueFormat;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.util.SerializableConfiguration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What reading takes, counted by the file system: bytes once, long requests, few opens. */
class ReadCountTest {
  private static final long LARGE_READ = 1 << 20;
  private static final long HIDDEN = 1024;
  private static final long INNER = 3072;

  private static final Map<String, byte[]> CONTENTS = new HashMap<>();

  @TempDir private static Path directory;
  private static Path llama;
  private static Path gpt2;

  @BeforeAll
  static void writeModels() throws IOException {
    llama = directory.resolve("llama");
    gpt2 = directory.resolve("gpt2");
    Files.createDirectories(llama);
    Files.createDirectories(gpt2);
    StringBuilder weightMap = new StringBuilder();
    for (int layer = 0; layer < 2; layer++) {
      String prefix = "model.layers." + layer + ".";
      String file = "model-0000%d-of-00002.safetensors".formatted(layer + 1);
      List<TensorSpec> tensors = new ArrayList<>();
      for (String role : List.of("q", "k", "v", "o")) {
        tensors.add(
            matrix(prefix + "self_attn." + role + "_proj.weight", DType.BF16, HIDDEN, HIDDEN));
      }
      tensors.add(matrix(prefix + "mlp.gate_proj.weight", DType.BF16, INNER, HIDDEN));
      tensors.add(matrix(prefix + "mlp.up_proj.weight", DType.BF16, INNER, HIDDEN));
      tensors.add(matrix(prefix + "mlp.down_proj.weight", DType.BF16, HIDDEN, INNER));
      write(llama.resolve(file), tensors);
      tensors.forEach(
          tensor -> weightMap.append(", \"%s\": \"%s\"".formatted(tensor.name(), file)));
    }
    Files.writeString(
        llama.resolve("model.safetensors.index.json"),
        "{\"metadata\": {}, \"weight_map\": {%s}}".formatted(weightMap.substring(2)));
    Files.writeString(
        llama.resolve("config.json"),
        """
        {"model_type": "llama", "architectures": ["LlamaForCausalLM"], "num_hidden_layers": 2,
         "hidden_size": %d, "intermediate_size": %d, "num_attention_heads": 8}
        """
            .formatted(HIDDEN, INNER));
    List<TensorSpec> conv1d = new ArrayList<>();
    for (int layer = 0; layer < 2; layer++) {
      String prefix = "h." + layer + ".";
      conv1d.add(matrix(prefix + "attn.c_attn.weight", DType.F32, HIDDEN, 3 * HIDDEN));
      conv1d.add(matrix(prefix + "attn.c_proj.weight", DType.F32, HIDDEN, HIDDEN));
      conv1d.add(matrix(prefix + "mlp.c_fc.weight", DType.F32, HIDDEN, 64));
      conv1d.add(matrix(prefix + "mlp.c_proj.weight", DType.F32, 64, HIDDEN));
    }
    write(gpt2.resolve("model.safetensors"), conv1d);
    Files.writeString(
        gpt2.resolve("config.json"),
        """
        {"model_type": "gpt2", "architectures": ["GPT2LMHeadModel"], "n_layer": 2, "n_embd": %d,
         "n_inner": 64, "n_head": 8}
        """
            .formatted(HIDDEN));
  }

  @AfterAll
  static void forgetContents() {
    CONTENTS.clear();
  }

  private static TensorSpec matrix(String name, DType dtype, long rows, long columns) {
    return new TensorSpec(name, dtype, List.of(rows, columns));
  }

  private static void write(Path file, List<TensorSpec> tensors) throws IOException {
    SafetensorsWriter.write(
        FileSystem.getLocal(new Configuration()).getRaw(),
        new org.apache.hadoop.fs.Path(file.toUri()),
        Map.of(),
        tensors,
        (tensor, channel) -> channel.write(content(tensor)));
  }

  /** Computed once: every block is compared with it. */
  private static ByteBuffer content(TensorSpec tensor) {
    return ByteBuffer.wrap(CONTENTS.computeIfAbsent(tensor.toString(), key -> randomBytes(tensor)));
  }

  private static byte[] randomBytes(TensorSpec tensor) {
    byte[] bytes = new byte[Math.toIntExact(tensor.length())];
    new Random(tensor.name().hashCode()).nextBytes(bytes);
    int width = tensor.dtype().bits() / Byte.SIZE;
    for (int i = width - 1; i < bytes.length; i += width) {
      bytes[i] &= (byte) 0xbf; // Finite.
    }
    return bytes;
  }

  @ParameterizedTest
  @CsvSource({"2, 2, false", "4, 2, true", "7, 5, false", "1, 1, true"})
  void tasksThatShareAStackReadItOnce(int blocks, int tasks, boolean vectored) {
    Counted counted = new Counted(llama, vectored);
    WeightStack stack = counted.stacks(Strategy.MODEL, "fc").get(0);
    Panels grid = new Panels((int) INNER, blocks);
    spread(counted, stack, grid, tasks);
    counted.assertReadOnce(List.of(stack), tasks, 2, 1);
    StackReads.ReadCost planned =
        new StackReads(stack.slices(), BlockGrid.rowStarts(grid, tasks)).totalCost();
    List<Integer> requests = CountingFileSystem.requests(counted.hadoop);
    assertThat(planned.requests()).isEqualTo(requests.size());
    assertThat(planned.bytes()).isEqualTo(requests.stream().mapToLong(Integer::longValue).sum());
    assertThat(planned.opens()).isEqualTo(CountingFileSystem.opens(counted.hadoop));
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void tasksThatShareFusedConv1dReadItOnce(boolean vectored) {
    Counted counted = new Counted(gpt2, vectored);
    WeightStack stack = counted.stacks(Strategy.MODEL, "qkvo").get(0);
    spread(counted, stack, new Panels((int) HIDDEN, 8), 3);
    counted.assertReadOnce(List.of(stack), 3, 1, 1);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aTaskReadsItsWholeStackOnce(boolean vectored) {
    for (Path model : List.of(llama, gpt2)) {
      Counted counted = new Counted(model, vectored);
      List<WeightStack> stacks =
          counted.stacks(Strategy.LAYER, model.equals(llama) ? "fc" : "qkvo");
      try (OffHeapMemory memory = OffHeapMemory.limitedTo(1 << 28)) {
        for (WeightStack stack : stacks) {
          CheckpointSource source = counted.source(stack);
          try (TensorBlock block = source.load(0, stack.rows(), source.format(), memory)) {
            assertHolds(block, stack, model);
          }
        }
      }
      counted.assertReadOnce(stacks, stacks.size(), 1, 1);
    }
  }

  @Test
  void aSpreadSolveReadsOnceForAllItsIterations() {
    Counted counted = new Counted(llama, false);
    WeightStack stack = counted.stacks(Strategy.MODEL, "fc").get(0);
    DecompositionOptions options = DecompositionOptions.of(DecompositionMethods.CP, 2, 7, 3, 0);
    long memory = 1L << 28;
    try (JavaSparkContext spark = DenoiseRuns.spark()) {
      new TensorSolver(options, memory)
          .solveSpread(
              spark,
              stack.name(),
              new SourceSupply(counted.source(stack)),
              4 << 20,
              CpAls.Listener.NONE);
    }
    counted.assertReadOnce(List.of(stack), 2, 2, 1);
  }

  @Test
  void aMatrixByItselfIsReadOnce() {
    Counted counted = new Counted(llama, true);
    List<WeightStack> matrices =
        counted.stacks(Strategy.MODEL, "fc").get(0).slices().stream()
            .map(slice -> new WeightStack("m", List.of(slice)))
            .toList();
    try (OffHeapMemory memory = OffHeapMemory.limitedTo(1 << 28)) {
      for (WeightStack matrix : matrices) {
        counted.source(matrix).load(0, matrix.rows(), ValueFormat.FLOAT32, memory).close();
      }
    }
    counted.assertReadOnce(matrices, matrices.size(), 1, 1);
  }

  @Test
  void severalRangesAreAskedForAtATimeWhereTheStreamCan() {
    Counted counted = new Counted(llama, true);
    WeightStack stack = counted.stacks(Strategy.MODEL, "fc").get(0);
    try (OffHeapMemory memory = OffHeapMemory.limitedTo(1 << 28)) {
      counted.source(stack).load(0, stack.rows(), ValueFormat.BFLOAT16, memory).close();
    }
    // Three tensors of 6 MiB from each of two shards, 16 MiB at a time.
    assertThat(CountingFileSystem.vectoredCalls(counted.hadoop)).containsExactly(2, 1, 2, 1);
  }

  /** Loads all blocks as executors do, without Spark. */
  private static void spread(Counted counted, WeightStack stack, Panels grid, int tasks) {
    CheckpointSource source = counted.source(stack);
    Panels shares = BlockGrid.shares(grid.count(), tasks);
    TensorExchange exchange = source.exchange(BlockGrid.rowStarts(grid, tasks)).orElse(null);
    Map<Integer, List<byte[]>> pieces = new HashMap<>();
    for (int reader = 0; exchange != null && reader < exchange.readers(); reader++) {
      try (TensorExchange.Pieces ofReader = exchange.read(reader)) {
        ofReader.forEachRemaining(
            piece ->
                pieces.computeIfAbsent(piece.task(), key -> new ArrayList<>()).add(piece.bytes()));
      }
    }
    try (OffHeapMemory memory = OffHeapMemory.limitedTo(1 << 28)) {
      for (int task = 0; task < shares.count(); task++) {
        int[] starts = new int[shares.size(task) + 1];
        for (int i = 0; i < starts.length; i++) {
          starts[i] = grid.start(shares.start(task) + i);
        }
        List<TensorBlock> blocks =
            exchange == null
                ? source.load(starts, source.format(), memory)
                : exchange.load(
                    task,
                    starts,
                    pieces.getOrDefault(task, List.of()).iterator(),
                    source.format(),
                    memory);
        for (int i = 0; i < blocks.size(); i++) {
          assertThat(blocks.get(i).rowStart()).isEqualTo(starts[i]);
          assertHolds(blocks.get(i), stack, counted.model);
          blocks.get(i).close();
        }
      }
    }
  }

  /** Every value, against the bytes of the model by the definition of its layout. */
  private static void assertHolds(TensorBlock block, WeightStack stack, Path model) {
    for (int k = 0; k < block.depth(); k++) {
      WeightSlice slice = stack.slices().get(k);
      boolean bfloat16 = slice.tensor().dtype() == DType.BF16;
      ByteBuffer bytes =
          content(
                  new TensorSpec(
                      slice.tensor().name(), slice.tensor().dtype(), slice.tensor().shape()))
              .order(ByteOrder.LITTLE_ENDIAN);
      int width = Math.toIntExact(slice.tensor().shape().get(1));
      boolean turned = model.equals(gpt2) || slice.layout().transposed();
      int shift = model.equals(gpt2) ? slice.layout().outputs().start() : 0;
      try (FloatMatrix values = block.panel(k, 0, block.rows(), 0, block.columns())) {
        float[] row = new float[block.columns()];
        for (int i = 0; i < block.rows(); i++) {
          values.readRows(i, 1, row);
          for (int j = 0; j < row.length; j++) {
            int at = block.rowStart() + i;
            int index = turned ? j * width + shift + at : at * width + j;
            float expected =
                bfloat16
                    ? Float.intBitsToFloat(bytes.getShort(2 * index) << 16)
                    : bytes.getFloat(4 * index);
            if (row[j] != expected) {
              assertThat(row[j]).as("%s [%d, %d]", slice.label(), at, j).isEqualTo(expected);
            }
          }
        }
      }
    }
  }

  /** A model on the counting file system. */
  private static final class Counted {
    private final Configuration hadoop;
    private final Path model;
    private final Checkpoint checkpoint;

    Counted(Path model, boolean vectored) {
      this.hadoop = CountingFileSystem.configuration(vectored);
      this.model = model;
      this.checkpoint = Checkpoint.open(CountingFileSystem.path(model), hadoop);
    }

    List<WeightStack> stacks(Strategy strategy, String matrices) {
      List<WeightStack> stacks =
          StackPlan.create(
                  Architecture.forModel(checkpoint),
                  checkpoint,
                  new StackSelection(strategy, matrices, "all"))
              .stacks();
      CountingFileSystem.reset(hadoop);
      return stacks;
    }

    CheckpointSource source(WeightStack stack) {
      return new CheckpointSource(checkpoint, stack, new SerializableConfiguration(hadoop));
    }

    /** Within what is promised, and as {@link StackReads} says. */
    void assertReadOnce(List<WeightStack> stacks, int tasks, int shards, int readers) {
      long selected =
          stacks.stream()
              .flatMap(stack -> stack.slices().stream())
              .mapToLong(
                  slice ->
                      (long) slice.rows() * slice.columns() * slice.tensor().dtype().bits() / 8)
              .sum();
      List<Integer> requests = CountingFileSystem.requests(hadoop);
      long bytes = requests.stream().mapToLong(Integer::longValue).sum();
      assertThat(bytes).isBetween(selected, selected * 11 / 10);
      assertThat(bytes / requests.size()).isGreaterThanOrEqualTo(LARGE_READ);
      assertThat(CountingFileSystem.opens(hadoop)).isLessThanOrEqualTo((tasks + readers) * shards);
    }
  }
}
