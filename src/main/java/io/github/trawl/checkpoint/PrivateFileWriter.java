package io.github.trawl.checkpoint;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.FileChannel;
import java.util.Optional;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.StreamCapabilities;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Writes a file under a name that only this attempt uses. */
final class PrivateFileWriter implements OutgoingFile {
  private static final Logger LOG = LoggerFactory.getLogger(PrivateFileWriter.class);
  private static final int BUFFER_BYTES = 1 << 16;

  private final FileSystem fileSystem;
  private final PrivateFile file;
  private final Path path;
  private final FSDataOutputStream stream;
  private Optional<FileChannel> channel = Optional.empty();

  /**
   * Begins the file.
   *
   * @throws org.apache.hadoop.fs.FileAlreadyExistsException if there is a file of this name
   */
  PrivateFileWriter(FileSystem fileSystem, Path path) throws IOException {
    this.fileSystem = fileSystem;
    this.path = path;
    this.file = new PrivateFile(path.toString());
    this.stream = fileSystem.create(path, false, BUFFER_BYTES);
  }

  @Override
  public OutputStream stream() {
    return stream;
  }

  @Override
  public Optional<FileChannel> channel() throws IOException {
    if (channel.isEmpty()) {
      stream.flush();
      channel = LocalChannels.appending(fileSystem, path);
    }
    return channel;
  }

  @Override
  public PendingFile finish() throws IOException {
    closeStreams();
    return file;
  }

  @Override
  public void abort() throws IOException {
    // On an object store closing would complete the upload, of a file that may be large.
    if (stream.hasCapability(StreamCapabilities.ABORTABLE_STREAM)) {
      stream.abort();
    }
    try {
      closeStreams();
    } catch (IOException e) {
      LOG.debug("Closing {} failed, it is removed", Problems.show(path), e);
    }
    file.discard(fileSystem);
  }

  private void closeStreams() throws IOException {
    try (stream) {
      if (channel.isPresent()) {
        channel.get().close();
      }
    }
  }
}
