package io.github.trawl.checkpoint;

import java.io.IOException;
import java.nio.channels.WritableByteChannel;

/** Produces the bytes of tensors that are being written. */
@FunctionalInterface
public interface TensorContent {

  /**
   * Writes exactly {@link TensorSpec#length()} little-endian bytes of {@code tensor}, row-major.
   *
   * @throws IOException if the bytes can't be produced or written
   */
  void write(TensorSpec tensor, WritableByteChannel target) throws IOException;
}
