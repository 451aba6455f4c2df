package io.github.trawl.evaluation.model;

import io.github.trawl.ErrorCategory;
import io.github.trawl.TrawlException;
import io.github.trawl.checkpoint.Checkpoint;
import io.github.trawl.checkpoint.FloatCodec;
import io.github.trawl.checkpoint.ShardFile;
import io.github.trawl.checkpoint.ShardReader;
import io.github.trawl.checkpoint.TensorInfo;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;

/**
 * Reads tensors of a checkpoint into the arrays of a model, ordered by file and offset, so that
 * each file is read from front to back. Numbers of the array's type go to its memory as they are.
 */
final class WeightReader {
  private static final int CHUNK_BYTES = 4 << 20;

  /**
   * The most bytes that are read into an array at a time: a Java buffer has no more than 2³¹ − 1.
   */
  private static final int LARGEST_PIECE = 1 << 30;

  private final Checkpoint checkpoint;
  private final Configuration hadoop;
  private final ByteBuffer chunk = ByteBuffer.allocate(CHUNK_BYTES);

  WeightReader(Checkpoint checkpoint, Configuration hadoop) {
    this.checkpoint = checkpoint;
    this.hadoop = hadoop;
  }

  /**
   * Fills each array from the tensor of its name. An array for which the checkpoint has no tensor
   * stays as it is.
   */
  void read(Map<String, NativeTensor> arrays) {
    for (ShardFile shard : checkpoint.shards()) {
      List<TensorInfo> tensors =
          checkpoint.tensors().stream()
              .filter(tensor -> tensor.file().equals(shard.name()))
              .filter(tensor -> arrays.containsKey(tensor.name()))
              .sorted(Comparator.comparingLong(TensorInfo::offset))
              .toList();
      if (tensors.isEmpty()) {
        continue;
      }
      try (ShardReader reader = ShardReader.open(checkpoint.directory(), shard, hadoop)) {
        for (TensorInfo tensor : tensors) {
          NativeTensor array = arrays.get(tensor.name());
          if (array.canBeReadAsStored(tensor.dtype())) {
            readAsStored(reader, tensor, array);
          } else {
            ArrayWriter.write(array, (first, values) -> read(reader, tensor, first, values));
          }
        }
      }
    }
  }

  private static void readAsStored(ShardReader reader, TensorInfo tensor, NativeTensor array) {
    for (long first = 0; first < tensor.length(); first += LARGEST_PIECE) {
      int bytes = (int) Math.min(LARGEST_PIECE, tensor.length() - first);
      reader.readFully(tensor.offset() + first, array.memory(first, bytes));
    }
  }

  private void read(ShardReader reader, TensorInfo tensor, long first, FloatBuffer values) {
    int width = tensor.dtype().bits() / Byte.SIZE;
    long position = tensor.offset() + first * width;
    while (values.hasRemaining()) {
      int bytes = (int) Math.min(CHUNK_BYTES, (long) values.remaining() * width);
      reader.readFully(position, chunk.clear().limit(bytes));
      try {
        FloatCodec.decode(tensor.dtype(), chunk.flip(), values);
      } catch (ArithmeticException e) {
        throw new TrawlException(
            ErrorCategory.BAD_INPUT,
            "%s/%s: tensor %s: %s; repair the checkpoint"
                .formatted(checkpoint.directory(), tensor.file(), tensor.name(), e.getMessage()),
            e);
      }
      position += bytes;
    }
  }
}
