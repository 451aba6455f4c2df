package io.github.trawl.checkpoint;

import java.nio.ByteBuffer;

/** Produces the new bytes of one tensor, piece by piece from its beginning to its end. */
@FunctionalInterface
public interface TensorRewrite {

  /**
   * Overwrites a piece of the stored bytes in place.
   *
   * <p>Pieces follow each other without a gap. Each holds whole rows of the first dimension, or,
   * where such a row is larger than {@link ShardRewriter#CHUNK_BYTES}, whole rows along the last
   * dimension.
   *
   * @param byteOffset the position of the piece relative to the tensor's first byte
   * @param piece the stored bytes between position 0 and the limit: little-endian, on the heap;
   *     valid during the call only
   */
  void rewrite(long byteOffset, ByteBuffer piece);
}
