package io.github.trawl.tensor;

import java.nio.FloatBuffer;

/**
 * The factors of a low-rank tensor outside the heap, from which blocks of its values are computed.
 * Not safe for use by several threads.
 */
public interface FactorMatrices extends AutoCloseable {
  /**
   * Writes a block of a slice to {@code target}, as {@link LowRankTensor#reconstruct} does.
   *
   * @throws IndexOutOfBoundsException if the block is not inside the tensor
   * @throws io.github.trawl.TrawlException if scratch memory runs out
   */
  void reconstruct(
      int slice, int rowStart, int rowCount, int columnStart, int columnCount, FloatBuffer target);

  /** Frees the factors; a second call does nothing. */
  @Override
  void close();
}
