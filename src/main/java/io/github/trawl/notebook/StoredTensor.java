package io.github.trawl.notebook;

import io.github.trawl.ErrorCategory;
import io.github.trawl.TrawlException;
import io.github.trawl.checkpoint.FloatCodec;
import io.github.trawl.checkpoint.FloatOverflowException;
import io.github.trawl.checkpoint.ShardFile;
import io.github.trawl.checkpoint.ShardReader;
import io.github.trawl.checkpoint.TensorInfo;
import java.io.Serializable;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import org.apache.hadoop.fs.Path;
import org.apache.spark.util.SerializableConfiguration;

/**
 * A tensor of a checkpoint, with what a task needs to read it.
 *
 * @param directory the directory of the checkpoint
 * @param shard the file that holds the tensor, as it was when the checkpoint was opened
 * @param tensor the tensor
 * @param hadoop the configuration with which the file is opened
 */
record StoredTensor(
    String directory, ShardFile shard, TensorInfo tensor, SerializableConfiguration hadoop)
    implements Serializable {

  ShardReader open() {
    return ShardReader.open(new Path(directory), shard, hadoop.value());
  }

  /**
   * Reads elements in stored order, decoded to float32.
   *
   * @param first index of the first element
   * @param target is filled from its start with {@code count} elements
   * @throws TrawlException of category {@code BAD_INPUT} if a finite F64 does not fit float32
   */
  void read(ShardReader reader, long first, int count, float[] target) {
    int width = tensor.dtype().bits() / Byte.SIZE;
    ByteBuffer bytes = bytes(reader, first * width, Math.multiplyExact(count, width));
    try {
      FloatCodec.decode(tensor.dtype(), bytes, FloatBuffer.wrap(target, 0, count));
    } catch (FloatOverflowException e) {
      throw new TrawlException(
          ErrorCategory.BAD_INPUT,
          "%s, tensor %s: element %d (counted from 0): %s; repair the checkpoint"
              .formatted(directory, tensor.name(), first + e.elementIndex(), e.reason()),
          e);
    }
  }

  /** Reads {@code count} bytes of the tensor from byte {@code first} on, counted in the tensor. */
  ByteBuffer bytes(ShardReader reader, long first, int count) {
    ByteBuffer bytes = ByteBuffer.allocate(count);
    reader.readFully(tensor.offset() + first, bytes);
    return bytes.flip();
  }
}
