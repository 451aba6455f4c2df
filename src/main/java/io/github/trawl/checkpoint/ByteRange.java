package io.github.trawl.checkpoint;

import java.nio.ByteBuffer;

/**
 * Consecutive bytes of a file, which one request reads.
 *
 * @param position of the first, not negative
 * @param length how many, at least 1
 */
public record ByteRange(long position, int length) {
  /** Checks the bounds. */
  public ByteRange {
    if (position < 0 || length < 1) {
      throw new IllegalArgumentException(length + " bytes at " + position);
    }
  }

  /** Takes the bytes of ranges as they arrive. */
  @FunctionalInterface
  public interface Visitor {
    /**
     * Takes the bytes of one range.
     *
     * @param index of the range in the list that was asked for
     * @param bytes from position 0 to the limit; valid during the call only, since the caller
     *     reuses the buffer
     */
    void accept(int index, ByteBuffer bytes);
  }
}
