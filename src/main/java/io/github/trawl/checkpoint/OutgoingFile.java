package io.github.trawl.checkpoint;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.FileChannel;
import java.util.Optional;

/**
 * A file that is being written; the writer calls exactly one of {@link #finish} and {@link #abort}.
 */
interface OutgoingFile {

  /** Returns the stream to write the content to. */
  OutputStream stream();

  /**
   * Returns a channel of the local file, positioned after what was written to {@link #stream};
   * empty for a file that is not local. The stream must not be used afterwards.
   */
  Optional<FileChannel> channel() throws IOException;

  /** Writes what is still buffered and ends the file, which stays unpublished. */
  PendingFile finish() throws IOException;

  /** Ends the file without publishing it and removes what was written. */
  void abort() throws IOException;
}
