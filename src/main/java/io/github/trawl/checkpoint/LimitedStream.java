package io.github.trawl.checkpoint;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;

/** Reads the next {@code length} bytes of a stream and fails if the stream ends early. */
final class LimitedStream extends InputStream {
  private final InputStream source;
  private long remaining;

  LimitedStream(InputStream source, long length) {
    this.source = source;
    this.remaining = length;
  }

  @Override
  public int read() throws IOException {
    byte[] single = new byte[1];
    return read(single, 0, 1) < 0 ? -1 : single[0] & 0xff;
  }

  @Override
  public int read(byte[] target, int offset, int length) throws IOException {
    if (remaining == 0) {
      return -1;
    }
    int count = source.read(target, offset, (int) Math.min(length, remaining));
    if (count < 0) {
      throw new EOFException("the file ends " + remaining + " bytes early");
    }
    remaining -= count;
    return count;
  }
}
