package io.github.trawl.denoise;

import io.github.trawl.architecture.SliceReader;
import io.github.trawl.architecture.WeightSlice;
import io.github.trawl.checkpoint.DType;
import io.github.trawl.checkpoint.ShardFile;
import io.github.trawl.checkpoint.ShardReader;
import io.github.trawl.plan.WeightStack;
import io.github.trawl.tensor.TensorSource;
import io.github.trawl.tensor.ValueFormat;
import java.nio.FloatBuffer;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.hadoop.fs.Path;
import org.apache.spark.util.SerializableConfiguration;

/** The tensor of a stack, read from the shards of a checkpoint. */
final class CheckpointSource implements TensorSource {
  private static final long serialVersionUID = 1L;

  private final String directory;
  private final Map<String, ShardFile> shards;
  private final WeightStack stack;
  private final SerializableConfiguration hadoop;

  /**
   * @param directory fully qualified: executors run in directories of their own
   * @param shards by file name, as they were when the stack was planned
   */
  CheckpointSource(
      Path directory,
      Map<String, ShardFile> shards,
      WeightStack stack,
      SerializableConfiguration hadoop) {
    this.directory = directory.toString();
    this.shards = Map.copyOf(shards);
    this.stack = stack;
    this.hadoop = hadoop;
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
  public ValueFormat format() {
    Set<DType> types =
        stack.slices().stream().map(slice -> slice.tensor().dtype()).collect(Collectors.toSet());
    if (types.equals(Set.of(DType.BF16))) {
      return ValueFormat.BFLOAT16;
    }
    return types.equals(Set.of(DType.F16)) ? ValueFormat.FLOAT16 : ValueFormat.FLOAT32;
  }

  @Override
  public void read(int slice, int rowStart, int rowCount, FloatBuffer target) {
    WeightSlice matrix = stack.slices().get(slice);
    ShardFile file = shards.get(matrix.tensor().file());
    try (ShardReader shard = ShardReader.open(new Path(directory), file, hadoop.value())) {
      SliceReader.read(shard, matrix, rowStart, rowCount, target);
    }
  }
}
