package io.github.trawl.architecture;

import java.nio.ByteBuffer;

/** Positioned reads of a file. */
@FunctionalInterface
interface ByteSource {
  /** Fills {@code target} with the bytes from {@code position} of the file on. */
  void readFully(long position, ByteBuffer target);
}
