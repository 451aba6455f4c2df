package io.github.trawl.solve;

import io.github.trawl.architecture.SliceReader;
import io.github.trawl.architecture.StackReads;
import io.github.trawl.architecture.WeightSlice;
import io.github.trawl.checkpoint.Checkpoint;
import io.github.trawl.checkpoint.ShardFile;
import io.github.trawl.checkpoint.ShardReader;
import io.github.trawl.linalg.OffHeapMemory;
import io.github.trawl.plan.WeightStack;
import io.github.trawl.tensor.BlockFiller;
import io.github.trawl.tensor.TensorBlock;
import io.github.trawl.tensor.TensorExchange;
import io.github.trawl.tensor.TensorSource;
import io.github.trawl.tensor.ValueFormat;
import java.nio.FloatBuffer;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.hadoop.fs.Path;
import org.apache.spark.util.SerializableConfiguration;

/**
 * The tensor of a stack of K matrices of I×J, read from the shards of a checkpoint. Reading fails
 * if a shard has changed since the checkpoint was opened. Tasks carry the source to executors.
 */
public final class CheckpointSource implements TensorSource {
  private static final long serialVersionUID = 1L;

  private final String directory;
  private final Map<String, ShardFile> shards;
  private final WeightStack stack;
  private final SerializableConfiguration hadoop;

  /**
   * Creates a source of the stack's values, in the order of its slices.
   *
   * @param checkpoint the checkpoint that the stack belongs to
   * @param hadoop the settings with which the checkpoint's file system is opened
   */
  public CheckpointSource(
      Checkpoint checkpoint, WeightStack stack, SerializableConfiguration hadoop) {
    // A fully qualified path: executors have other working directories.
    this.directory = checkpoint.directory().toString();
    Set<String> files =
        stack.slices().stream().map(slice -> slice.tensor().file()).collect(Collectors.toSet());
    this.shards =
        checkpoint.shards().stream()
            .filter(shard -> files.contains(shard.name()))
            .collect(Collectors.toUnmodifiableMap(ShardFile::name, Function.identity()));
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
    return stack.storedFormat();
  }

  @Override
  public void read(int slice, int rowStart, int rowCount, FloatBuffer target) {
    WeightSlice matrix = stack.slices().get(slice);
    try (ShardReader shard = open(matrix.tensor().file())) {
      SliceReader.read(shard, matrix, rowStart, rowCount, target);
    }
  }

  @Override
  public TensorBlock load(int rowStart, int rowCount, ValueFormat format, OffHeapMemory memory) {
    return load(new int[] {rowStart, rowStart + rowCount}, format, memory).get(0);
  }

  @Override
  public List<TensorBlock> load(int[] rowStarts, ValueFormat format, OffHeapMemory memory) {
    StackReads reads =
        new StackReads(stack.slices(), rowStarts[0], rowStarts[rowStarts.length - 1]);
    return BlockFiller.fill(
        rowStarts, this, format, memory, blocks -> reads.ofTask(0).read(this::open, blocks::put));
  }

  @Override
  public Optional<TensorExchange> exchange(int[] rowStarts) {
    StackReads reads = new StackReads(stack.slices(), rowStarts);
    return reads.readers() == 0
        ? Optional.empty()
        : Optional.of(new CheckpointExchange(this, reads));
  }

  ShardReader open(String file) {
    return ShardReader.open(new Path(directory), shards.get(file), hadoop.value());
  }
}
