package io.github.trawl.checkpoint;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;

/**
 * Writes the bytes of one tensor to a file and refuses bytes beyond the tensor's length. Closing it
 * leaves the file open.
 */
final class TensorChannel implements WritableByteChannel {
  private static final int BOUNCE_BYTES = 1 << 20;

  private final OutputStream stream;
  private final TensorSpec tensor;
  private long remaining;

  TensorChannel(OutputStream stream, TensorSpec tensor) {
    this.stream = stream;
    this.tensor = tensor;
    this.remaining = tensor.length();
  }

  @Override
  public int write(ByteBuffer source) throws IOException {
    int count = source.remaining();
    if (count > remaining) {
      throw new IOException(
          "tensor "
              + Problems.quote(tensor.name())
              + " got more than its "
              + tensor.length()
              + " bytes");
    }
    if (source.hasArray()) {
      stream.write(source.array(), source.arrayOffset() + source.position(), count);
      source.position(source.limit());
    } else {
      byte[] bounce = new byte[Math.min(BOUNCE_BYTES, count)];
      while (source.hasRemaining()) {
        int piece = Math.min(bounce.length, source.remaining());
        source.get(bounce, 0, piece);
        stream.write(bounce, 0, piece);
      }
    }
    remaining -= count;
    return count;
  }

  /** Requires that all bytes of the tensor were written. */
  void checkComplete() throws IOException {
    if (remaining > 0) {
      throw new IOException(
          "tensor "
              + Problems.quote(tensor.name())
              + " lacks "
              + remaining
              + " of its "
              + tensor.length()
              + " bytes");
    }
  }

  @Override
  public boolean isOpen() {
    return true;
  }

  @Override
  public void close() {}
}
