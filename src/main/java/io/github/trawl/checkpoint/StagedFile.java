package io.github.trawl.checkpoint;

import java.io.Closeable;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.FileChannel;
import java.util.Optional;
import java.util.UUID;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A file that appears whole or not at all: it is written under a hidden name and renamed.
 *
 * <p>Where a rename is a copy, as in object stores, the file is written under its own name: there
 * it appears when its stream is closed. Two attempts at the same file may run at a time; the last
 * to commit wins.
 */
public final class StagedFile implements Closeable {
  private static final Logger LOG = LoggerFactory.getLogger(StagedFile.class);
  private static final String SUFFIX = ".trawl-part";
  private static final int BUFFER_BYTES = 1 << 16;

  private final FileSystem fileSystem;
  private final Path file;
  private final Path written;
  private final FSDataOutputStream stream;
  private Optional<FileChannel> channel = Optional.empty();
  private boolean committed;

  private StagedFile(FileSystem fileSystem, Path file, Path written) throws IOException {
    this.fileSystem = fileSystem;
    this.file = file;
    this.written = written;
    this.stream = fileSystem.create(written, true, BUFFER_BYTES);
  }

  /**
   * Begins to write {@code file}.
   *
   * @throws FileNotFoundException if its directory is gone: a task that outlives its run must not
   *     make the staging directory again
   */
  public static StagedFile create(FileSystem fileSystem, Path file) throws IOException {
    if (!fileSystem.exists(file.getParent())) {
      throw new FileNotFoundException(
          "directory " + Problems.show(file.getParent()) + " is gone; was the run aborted?");
    }
    if (!Storage.renamesAtomically(fileSystem, fileSystem.getConf())) {
      return new StagedFile(fileSystem, file, file);
    }
    String hidden = "." + file.getName() + "." + UUID.randomUUID() + SUFFIX;
    return new StagedFile(fileSystem, file, Storage.child(file.getParent(), hidden));
  }

  /** Whether a name is that of a file left behind by an attempt that was killed. */
  static boolean isLeftover(String name) {
    return name.startsWith(".") && name.endsWith(SUFFIX);
  }

  /** Where the content goes. */
  public OutputStream stream() {
    return stream;
  }

  /**
   * The channel of a local file, at the end of what {@link #stream} took so far, and closed with
   * this file; empty for a remote file. Whoever uses it must not use the stream any more.
   */
  Optional<FileChannel> channel() throws IOException {
    if (channel.isEmpty()) {
      stream.flush();
      channel = LocalChannels.appending(fileSystem, written);
    }
    return channel;
  }

  /** Makes the file appear, in place of an earlier one. */
  public void commit() throws IOException {
    closeStreams();
    if (!written.equals(file) && !fileSystem.rename(written, file)) {
      // Some file systems refuse to replace: this is a second attempt at the same file.
      delete(file);
      if (!fileSystem.rename(written, file)) {
        throw new IOException("cannot rename " + written.getName() + " to " + file.getName());
      }
    }
    committed = true;
  }

  /** Removes what was written, unless it was committed. */
  @Override
  public void close() {
    if (committed) {
      return;
    }
    try {
      closeStreams();
    } catch (IOException e) {
      LOG.debug("Closing {} failed, it is removed", Problems.show(written), e);
    }
    try {
      delete(written);
    } catch (IOException e) {
      LOG.warn("Cannot remove {}: {}", Problems.show(written), Problems.oneLine(e));
    }
  }

  private void closeStreams() throws IOException {
    try (stream) {
      if (channel.isPresent()) {
        channel.get().close();
      }
    }
  }

  private void delete(Path path) throws IOException {
    try {
      fileSystem.delete(path, false);
    } catch (FileNotFoundException e) {
      LOG.debug("{} is gone already", Problems.show(path), e);
    }
  }
}
