package io.github.trawl.architecture;

import java.nio.ByteBuffer;

/** Positioned reads of a file. */
@FunctionalInterface
interface ByteSource {
  /** Fills {@code target} from {@code position} on. */
  void readFully(long position, ByteBuffer target);
}
