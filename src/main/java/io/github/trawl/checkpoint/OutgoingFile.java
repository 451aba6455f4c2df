package io.github.trawl.checkpoint;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.FileChannel;
import java.util.Optional;

/**
 * A file on its way to the storage; it ends by exactly one of {@link #finish} and {@link #abort}.
 */
interface OutgoingFile {

  /** Where the content goes. */
  OutputStream stream();

  /**
   * The file as the kernel knows it, at the end of what {@link #stream} took so far; empty if it is
   * a remote one. Whoever takes it leaves the stream alone.
   */
  Optional<FileChannel> channel() throws IOException;

  /** Hands the rest of the content over. */
  PendingFile finish() throws IOException;

  /** Gives up: nothing of it appears, and what is left of it is removed. */
  void abort() throws IOException;
}
