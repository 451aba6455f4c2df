package io.github.trawl.architecture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.trawl.TrawlException;
import io.github.trawl.checkpoint.Checkpoint;
import io.github.trawl.checkpoint.DType;
import io.github.trawl.checkpoint.SafetensorsWriter;
import io.github.trawl.checkpoint.ShardReader;
import io.github.trawl.checkpoint.TensorInfo;
import io.github.trawl.checkpoint.TensorSpec;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeSet;
import java.util.function.Function;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * However a stack is divided, its tasks get every value once, and each stored byte is read once.
 */
class StackReadsTest {
  private static final List<MatrixRole> ROLES = List.of(MatrixRole.values());

  private static final Configuration HADOOP = new Configuration();

  @TempDir private Path directory;

  /** Fused and plain matrices of one shape, stored either way round, divided at random. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16})
  void tasksGetTheirValues(long seed) throws IOException {
    Random random = new Random(seed);
    int groups = 1 + random.nextInt(4);
    int group = 1 + random.nextInt(6);
    int rows = groups * group;
    int columns = 1 + random.nextInt(40);
    int parts = 1 + random.nextInt(3);
    Map<TensorSpec, float[]> stored = write(random, parts * rows, rows, columns);
    List<WeightSlice> slices = new ArrayList<>();
    List<float[]> values = new ArrayList<>();
    Checkpoint checkpoint = open();
    for (Map.Entry<TensorSpec, float[]> entry : stored.entrySet()) {
      TensorInfo tensor = info(checkpoint, entry.getKey().name());
      boolean inputsFirst = tensor.name().endsWith("conv");
      boolean turned = tensor.name().endsWith("turned");
      boolean fused = tensor.name().startsWith("fused");
      for (int part = 0; part < (fused ? parts : 1); part++) {
        StoredAxis fusedAxis =
            fused
                ? new StoredAxis(part * group, rows, group, parts * group)
                : StoredAxis.range(0, rows);
        StoredAxis plain = StoredAxis.range(0, columns);
        MatrixLayout layout =
            turned
                ? new MatrixLayout(plain, fusedAxis, false, true)
                : new MatrixLayout(fusedAxis, plain, inputsFirst, false);
        WeightSlice slice = new WeightSlice(0, ROLES.get(part), tensor, layout);
        slices.add(slice);
        values.add(expected(slice, entry.getValue()));
      }
    }
    TreeSet<Integer> starts = new TreeSet<>(List.of(0, rows));
    for (int i = random.nextInt(4); i > 0; i--) {
      starts.add(random.nextInt(rows));
    }
    StackReads reads =
        new StackReads(slices, starts.stream().mapToInt(Integer::intValue).toArray());
    float[][] got = new float[slices.size()][rows * columns];
    int[] count = new int[1];
    MatrixSink sink =
        (matrix, row, column, tileRows, tileColumns, tile) -> {
          for (int i = 0; i < tileRows; i++) {
            System.arraycopy(
                tile, i * tileColumns, got[matrix], (row + i) * columns + column, tileColumns);
          }
          count[0] += tileRows * tileColumns;
        };
    read(checkpoint, reads, new ArrayList<>(starts), sink);
    for (int k = 0; k < slices.size(); k++) {
      assertThat(got[k]).as(slices.get(k).label()).isEqualTo(values.get(k));
    }
    assertThat(count[0]).isEqualTo(slices.size() * rows * columns);
    long bytes = stored.keySet().stream().mapToLong(TensorSpec::length).sum();
    if (reads.tasks() == 1) {
      assertThat(reads.totalCost().bytes()).isEqualTo(bytes);
    }
    assertThat(reads.totalCost().exchangedBytes() == 0).isEqualTo(reads.readers() == 0);
  }

  /** Pieces go to the task whose rows they hold, and to no other. */
  private static void read(
      Checkpoint checkpoint, StackReads reads, List<Integer> starts, MatrixSink sink) {
    Function<String, ShardReader> shards =
        file ->
            ShardReader.open(
                checkpoint.directory(),
                checkpoint.shards().stream()
                    .filter(shard -> shard.name().equals(file))
                    .findFirst()
                    .orElseThrow(),
                HADOOP);
    for (int task = 0; task < reads.tasks(); task++) {
      reads.ofTask(task).read(shards, sink);
    }
    for (int reader = 0; reader < reads.readers(); reader++) {
      try (PieceReader pieces = reads.pieces(reader, shards)) {
        while (pieces.hasNext()) {
          StoredPiece piece = pieces.next();
          reads
              .decoder(
                  (matrix, row, column, rows, columns, values) -> {
                    assertThat(row).isGreaterThanOrEqualTo(starts.get(piece.task()));
                    assertThat(row + rows).isLessThanOrEqualTo(starts.get(piece.task() + 1));
                    sink.put(matrix, row, column, rows, columns, values);
                  })
              .decode(piece.bytes());
        }
      }
    }
  }

  private static float[] expected(WeightSlice slice, float[] stored) {
    int width = Math.toIntExact(slice.tensor().shape().get(1));
    MatrixLayout layout = slice.layout();
    float[] values = new float[slice.rows() * slice.columns()];
    for (int row = 0; row < slice.rows(); row++) {
      for (int column = 0; column < slice.columns(); column++) {
        int output = layout.outputs().stored(layout.transposed() ? column : row);
        int input = layout.inputs().stored(layout.transposed() ? row : column);
        values[row * slice.columns() + column] =
            stored[layout.inputsFirst() ? input * width + output : output * width + input];
      }
    }
    return values;
  }

  /** A tensor of each kind: fused and plain, rows first, columns first, and turned. */
  private Map<TensorSpec, float[]> write(Random random, int fused, int rows, int columns) {
    List<TensorSpec> tensors =
        List.of(
            new TensorSpec("fused-plain", DType.F32, List.of((long) fused, (long) columns)),
            new TensorSpec("fused-conv", DType.F32, List.of((long) columns, (long) fused)),
            new TensorSpec("one-plain", DType.F32, List.of((long) rows, (long) columns)),
            new TensorSpec("one-turned", DType.F32, List.of((long) columns, (long) rows)));
    Map<TensorSpec, float[]> values = new LinkedHashMap<>();
    for (TensorSpec tensor : tensors) {
      float[] numbers = new float[Math.toIntExact(tensor.length() / Float.BYTES)];
      for (int i = 0; i < numbers.length; i++) {
        numbers[i] = random.nextFloat();
      }
      values.put(tensor, numbers);
    }
    write(tensors, values::get);
    return values;
  }

  private void write(List<TensorSpec> tensors, Function<TensorSpec, float[]> values) {
    try {
      SafetensorsWriter.write(
          FileSystem.getLocal(HADOOP).getRaw(),
          new org.apache.hadoop.fs.Path(directory.resolve("model.safetensors").toUri()),
          Map.of(),
          tensors,
          (tensor, channel) -> {
            ByteBuffer bytes =
                ByteBuffer.allocate(Math.toIntExact(tensor.length()))
                    .order(ByteOrder.LITTLE_ENDIAN);
            bytes.asFloatBuffer().put(values.apply(tensor));
            channel.write(bytes);
          });
      Files.writeString(directory.resolve("config.json"), "{\"model_type\": \"llama\"}");
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private Checkpoint open() {
    return Checkpoint.open(new org.apache.hadoop.fs.Path(directory.toUri()), HADOOP);
  }

  private static TensorInfo info(Checkpoint checkpoint, String name) {
    return checkpoint.tensors().stream()
        .filter(tensor -> tensor.name().equals(name))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void aValueThatIsNotFiniteIsNamedByTheTaskThatGetsIt() {
    TensorSpec spec = new TensorSpec("w", DType.F32, List.of(3L, 4L));
    float[] values = new float[12];
    values[6] = Float.NaN;
    write(List.of(spec), any -> values);
    Checkpoint checkpoint = open();
    WeightSlice slice =
        new WeightSlice(0, ROLES.get(0), info(checkpoint, "w"), MatrixLayout.whole(3, 4))
            .transpose();
    StackReads reads = new StackReads(List.of(slice), 0, 2, 4);
    assertThat(reads.readers()).isEqualTo(1);
    assertThatThrownBy(() -> read(checkpoint, reads, List.of(0, 2, 4), (m, r, c, n, w, v) -> {}))
        .isInstanceOf(TrawlException.class)
        .hasMessageContainingAll("model.safetensors", "tensor w", "[1, 2]", "NaN");
  }

  /** The length of such a row in bytes is more than an int holds. */
  @Test
  void rowsOf2GibAreReadOneByOne() {
    int width = 1 << 29;
    TensorInfo tensor = FilledTensors.tensor("w", DType.F32, 8, List.of(2L, (long) width));
    WeightSlice slice = new WeightSlice(0, ROLES.get(0), tensor, MatrixLayout.whole(2, width));
    TensorReads reads =
        new TensorReads(tensor, List.of(new MatrixPart(0, slice, 0, 2, width - 3, width)));
    List<String> decoded = new ArrayList<>();
    TileDecoder decoder =
        new TileDecoder(
            (matrix, row, column, rows, columns, values) ->
                decoded.add(
                    "%d x %d at %d, %d: %s"
                        .formatted(
                            rows,
                            columns,
                            row,
                            column,
                            Arrays.toString(Arrays.copyOf(values, 3)))));
    for (StoredRead read : reads.reads()) {
      ByteBuffer bytes = ByteBuffer.allocate(12).order(ByteOrder.LITTLE_ENDIAN);
      bytes.asFloatBuffer().put(new float[] {read.row(), 5, 7});
      reads.decode(read, bytes, decoder);
    }
    assertThat(decoded)
        .containsExactly(
            "1 x 3 at 0, 536870909: [0.0, 5.0, 7.0]", "1 x 3 at 1, 536870909: [1.0, 5.0, 7.0]");
  }

  /**
   * Shapes of LLaMA-2-70B at 2048 tasks: bytes once, requests of whole rows. One task's share of an
   * FC matrix is 14 rows of 16 KiB.
   */
  @Test
  void requestsOfALargeModelStayLong() {
    List<WeightSlice> slices = new ArrayList<>();
    for (int layer = 0; layer < 80; layer++) {
      TensorInfo up =
          FilledTensors.tensor(
              "up" + layer, DType.BF16, layer * (1L << 30), List.of(28672L, 8192L));
      TensorInfo down =
          FilledTensors.tensor(
              "down" + layer, DType.BF16, layer * (1L << 30) + (1L << 29), List.of(8192L, 28672L));
      slices.add(new WeightSlice(layer, ROLES.get(0), up, MatrixLayout.whole(28672, 8192)));
      slices.add(
          new WeightSlice(layer, ROLES.get(0), down, MatrixLayout.whole(8192, 28672)).transpose());
    }
    long selected = 2L * 160 * 28672 * 8192;
    int[] starts = new int[2049];
    for (int i = 0; i < starts.length; i++) {
      starts[i] = 14 * i;
    }
    StackReads.ReadCost many = new StackReads(slices, starts).totalCost();
    assertThat(many.bytes()).isEqualTo(selected);
    assertThat(many.exchangedBytes()).isEqualTo(selected / 2);
    StackReads.ReadCost few = new StackReads(slices, 0, 7168, 14336, 21504, 28672).totalCost();
    assertThat(few.bytes()).isEqualTo(selected);
    assertThat(few.bytes() / few.requests()).isGreaterThan(7L << 20);
    assertThat(few.opens()).isEqualTo(4 + 4);
  }
}
