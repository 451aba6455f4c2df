package io.github.trawl.checkpoint;

import java.io.FileInputStream;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RawLocalFileSystem;

/**
 * Opens channels of local files. Between two of them the kernel can copy without handing the bytes
 * to this process, as it does for {@code cp}.
 */
final class LocalChannels {
  /** The most bytes of one system call. An interrupt of the thread is noticed between two calls. */
  private static final long STEP_BYTES = 64 << 20;

  private LocalChannels() {}

  /** The channel of a stream's file, closed with the stream; empty if the file is not local. */
  @SuppressWarnings("resource") // The stream owns the descriptor.
  static Optional<FileChannel> reading(FileSystem fileSystem, FSDataInputStream stream)
      throws IOException {
    if (!(fileSystem instanceof RawLocalFileSystem)) {
      return Optional.empty();
    }
    return Optional.ofNullable(stream.getFileDescriptor())
        .map(descriptor -> new FileInputStream(descriptor).getChannel());
  }

  /** A channel that writes at the end of a file; empty if the file is not local. */
  static Optional<FileChannel> appending(FileSystem fileSystem, Path file) throws IOException {
    if (!(fileSystem instanceof RawLocalFileSystem local)) {
      return Optional.empty();
    }
    // Not opened with APPEND: the kernel copies nothing into such a file.
    FileChannel channel =
        FileChannel.open(local.pathToFile(file).toPath(), StandardOpenOption.WRITE);
    return Optional.of(channel.position(channel.size()));
  }

  /**
   * Copies bytes to the position of {@code target}.
   *
   * @return the number of bytes copied, less than {@code count} only if the file ends early
   */
  static long copy(FileChannel source, long position, long count, FileChannel target)
      throws IOException {
    long copied = 0;
    while (copied < count) {
      long moved =
          source.transferTo(position + copied, Math.min(STEP_BYTES, count - copied), target);
      if (moved <= 0) {
        break;
      }
      copied += moved;
    }
    return copied;
  }
}
