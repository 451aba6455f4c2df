package io.github.trawl.checkpoint;

import java.nio.ByteBuffer;

/**
 * A range of consecutive bytes of a file.
 *
 * @param position the position of the first byte in the file, not negative
 * @param length the number of bytes, at least 1
 */
public record ByteRange(long position, int length) {
  /** Checks the bounds. */
  public ByteRange {
    if (position < 0 || length < 1) {
      throw new IllegalArgumentException("no range of " + length + " bytes at " + position);
    }
  }

  /** Takes the bytes of several ranges, one range after the other. */
  @FunctionalInterface
  public interface Visitor {
    /**
     * Takes the bytes of one range.
     *
     * @param index the index of the range in the list of ranges to read, from 0
     * @param bytes the bytes from position 0 to the limit; valid during the call only, since the
     *     caller may reuse the buffer
     */
    void accept(int index, ByteBuffer bytes);
  }
}
