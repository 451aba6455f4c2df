package io.github.trawl.bench;

import io.github.trawl.architecture.Architecture;
import io.github.trawl.checkpoint.Checkpoint;
import io.github.trawl.plan.StackPlan;
import io.github.trawl.plan.StackSelection;
import io.github.trawl.plan.Strategy;
import io.github.trawl.solve.CheckpointSource;
import io.github.trawl.tensor.TensorSource;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.util.SerializableConfiguration;

/**
 * The weights of one layer's stack of a checkpoint.
 *
 * @param name of the stack
 */
record ModelStack(String name, TensorSource source) {
  /**
   * The stacks of a checkpoint, layer by layer.
   *
   * @param matrices as in a {@link StackSelection}
   * @param layers as in a {@link StackSelection}
   */
  static List<ModelStack> of(String model, String matrices, String layers) {
    Configuration hadoop = new Configuration();
    Checkpoint checkpoint = Checkpoint.open(new org.apache.hadoop.fs.Path(model), hadoop);
    StackSelection selection = new StackSelection(Strategy.LAYER, matrices, layers);
    return StackPlan.create(Architecture.forModel(checkpoint), checkpoint, selection)
        .stacks()
        .stream()
        .map(
            stack ->
                new ModelStack(
                    stack.name(),
                    new CheckpointSource(checkpoint, stack, new SerializableConfiguration(hadoop))))
        .toList();
  }

  /** The FC matrices of the last layer. */
  static ModelStack lastLayer(Path model) {
    return of(model.toString(), "fc", "last:1").get(0);
  }

  /** Writes the values to a new file of {@code directory}, over what another model has left. */
  TensorFile write(Path directory) throws IOException {
    Path file = directory.resolve("model-" + name() + ".f32");
    Files.deleteIfExists(file);
    int rows = source.rows();
    int columns = source.columns();
    FloatBuffer slice = FloatBuffer.allocate(rows * columns);
    int[] next = {0};
    return TensorFile.make(
        file,
        source.depth(),
        rows,
        columns,
        row -> {
          int start = next[0] % rows;
          if (start == 0) {
            source.read(next[0] / rows, 0, rows, slice.clear());
          }
          row.put(slice.slice(start * columns, columns));
          next[0]++;
        });
  }
}
