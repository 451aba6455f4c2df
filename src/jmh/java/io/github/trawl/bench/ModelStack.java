package io.github.trawl.bench;

import io.github.trawl.architecture.Architecture;
import io.github.trawl.architecture.SliceReader;
import io.github.trawl.architecture.WeightSlice;
import io.github.trawl.checkpoint.Checkpoint;
import io.github.trawl.checkpoint.ShardFile;
import io.github.trawl.checkpoint.ShardReader;
import io.github.trawl.plan.StackPlan;
import io.github.trawl.plan.StackSelection;
import io.github.trawl.plan.Strategy;
import io.github.trawl.plan.WeightStack;
import io.github.trawl.tensor.TensorSource;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.hadoop.conf.Configuration;

/** The weights of one layer's stack of a checkpoint. */
final class ModelStack implements TensorSource {
  private static final long serialVersionUID = 1L;

  private final transient Checkpoint checkpoint;
  private final String directory;
  private final WeightStack stack;

  private ModelStack(Checkpoint checkpoint, String directory, WeightStack stack) {
    this.checkpoint = checkpoint;
    this.directory = directory;
    this.stack = stack;
  }

  /**
   * The stacks of a checkpoint, layer by layer.
   *
   * @param matrices as in a {@link StackSelection}
   * @param layers as in a {@link StackSelection}
   */
  static List<ModelStack> of(String model, String matrices, String layers) {
    Checkpoint checkpoint =
        Checkpoint.open(new org.apache.hadoop.fs.Path(model), new Configuration());
    StackSelection selection = new StackSelection(Strategy.LAYER, matrices, layers);
    return StackPlan.create(Architecture.forModel(checkpoint), checkpoint, selection)
        .stacks()
        .stream()
        .map(stack -> new ModelStack(checkpoint, model, stack))
        .toList();
  }

  /** The FC matrices of the last layer. */
  static ModelStack lastLayer(Path model) {
    return of(model.toString(), "fc", "last:1").get(0);
  }

  String name() {
    return stack.name();
  }

  /** Writes the values to a new file of {@code directory}, over what another model has left. */
  TensorFile write(Path directory) throws IOException {
    Path file = directory.resolve("model-" + name() + ".f32");
    Files.deleteIfExists(file);
    FloatBuffer slice = FloatBuffer.allocate(rows() * columns());
    int[] next = {0};
    return TensorFile.make(
        file,
        depth(),
        rows(),
        columns(),
        row -> {
          int start = next[0] % rows();
          if (start == 0) {
            read(next[0] / rows(), 0, rows(), slice.clear());
          }
          row.put(slice.slice(start * columns(), columns()));
          next[0]++;
        });
  }

  @Override
  public int depth() {
    return stack.depth();
  }

  @Override
  public int rows() {
    return stack.rows();
  }

  @Override
  public int columns() {
    return stack.columns();
  }

  @Override
  public void read(int slice, int rowStart, int rowCount, FloatBuffer target) {
    WeightSlice matrix = stack.slices().get(slice);
    ShardFile shard =
        checkpoint.shards().stream()
            .filter(file -> file.name().equals(matrix.tensor().file()))
            .findFirst()
            .orElseThrow();
    try (ShardReader reader =
        ShardReader.open(new org.apache.hadoop.fs.Path(directory), shard, new Configuration())) {
      SliceReader.read(reader, matrix, rowStart, rowCount, target);
    }
  }
}
