package io.github.trawl.notebook;

import io.github.trawl.checkpoint.FloatCodec;
import io.github.trawl.checkpoint.ShardFile;
import io.github.trawl.checkpoint.ShardReader;
import io.github.trawl.checkpoint.TensorInfo;
import java.io.Serializable;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import org.apache.hadoop.fs.Path;
import org.apache.spark.util.SerializableConfiguration;

/**
 * A tensor as it lies in a checkpoint.
 *
 * @param shard that holds it, as it was when the checkpoint was opened
 */
record StoredTensor(
    String directory, ShardFile shard, TensorInfo tensor, SerializableConfiguration hadoop)
    implements Serializable {

  ShardReader open() {
    return ShardReader.open(new Path(directory), shard, hadoop.value());
  }

  /**
   * Reads elements in stored order.
   *
   * @param first of them
   * @param target is filled from its start with {@code count} elements
   */
  void read(ShardReader reader, long first, int count, float[] target) {
    int width = tensor.dtype().bits() / Byte.SIZE;
    FloatCodec.decode(
        tensor.dtype(),
        bytes(reader, first * width, Math.multiplyExact(count, width)),
        FloatBuffer.wrap(target, 0, count));
  }

  /** Reads bytes of the tensor from its {@code first} on. */
  ByteBuffer bytes(ShardReader reader, long first, int count) {
    ByteBuffer bytes = ByteBuffer.allocate(count);
    reader.readFully(tensor.offset() + first, bytes);
    return bytes.flip();
  }
}
