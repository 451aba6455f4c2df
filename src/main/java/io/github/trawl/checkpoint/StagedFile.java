package io.github.trawl.checkpoint;

import java.io.Closeable;
import java.io.FileNotFoundException;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.UUID;
import org.apache.hadoop.fs.CommonPathCapabilities;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FSError;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A file that appears whole or not at all: it is written under a hidden name and renamed. If two
 * processes write the same file at a time, the last to commit wins, and neither removes what the
 * other is still writing.
 *
 * <p>An object store where a stream can be aborted needs no hidden name: there the file appears
 * when its stream is closed.
 */
public final class StagedFile implements Closeable {
  private static final Logger LOG = LoggerFactory.getLogger(StagedFile.class);
  private static final String SUFFIX = ".trawl-part";

  private final Path file;
  private final Target target;
  private boolean ended;

  private StagedFile(Path file, Target target) {
    this.file = file;
    this.target = target;
  }

  /**
   * Begins to write {@code file}.
   *
   * @throws FileNotFoundException if its directory is gone: a task that outlives its run must not
   *     make the staging directory again. Not thrown on object stores that can abort a stream,
   *     since some don't show an empty directory
   */
  public static StagedFile create(FileSystem fileSystem, Path file) throws IOException {
    if (!Storage.renamesAtomically(fileSystem, fileSystem.getConf())
        && fileSystem.hasPathCapability(file, CommonPathCapabilities.ABORTABLE_STREAM)) {
      return new StagedFile(file, new Direct(fileSystem.create(file, true)));
    }
    if (!fileSystem.exists(file.getParent())) {
      throw new FileNotFoundException(
          "directory " + Problems.show(file.getParent()) + " is gone; was the run aborted?");
    }
    Path hidden = hidden(file);
    return new StagedFile(
        file, new Hidden(fileSystem, file, new PrivateFileWriter(fileSystem, hidden)));
  }

  /**
   * Returns a new hidden path in the directory of {@code file}, for what is to become this file.
   */
  static Path hidden(Path file) {
    return Storage.child(file.getParent(), "." + file.getName() + "." + UUID.randomUUID() + SUFFIX);
  }

  /**
   * Returns whether {@code name} is one of {@link #hidden}, which a killed process leaves behind.
   */
  static boolean isLeftover(String name) {
    return name.startsWith(".") && name.endsWith(SUFFIX);
  }

  /** Returns the stream to write the content to; closing it only flushes it. */
  public OutputStream stream() {
    return new FsErrorTranslator(target.stream());
  }

  /** Makes the file appear, in place of an earlier one. */
  public void commit() throws IOException {
    try {
      target.commit();
    } catch (FSError e) {
      throw refused(e);
    }
    ended = true;
  }

  /** Removes what was written, unless it was committed. */
  @Override
  public void close() {
    if (ended) {
      return;
    }
    ended = true;
    try {
      Uninterrupted.run(target::abort);
    } catch (IOException | RuntimeException e) {
      LOG.warn(
          "Cannot remove what was written of {}: {}", Problems.show(file), Problems.oneLine(e));
    }
  }

  /**
   * Returns the cause of an {@link FSError}, which Hadoop throws if a local disk refuses something,
   * such as a write when it is full.
   */
  private static IOException refused(FSError error) {
    return error.getCause() instanceof IOException cause ? cause : new IOException(error);
  }

  /** Turns each {@link FSError} into an {@link IOException}, which callers handle. */
  private static final class FsErrorTranslator extends FilterOutputStream {
    FsErrorTranslator(OutputStream target) {
      super(target);
    }

    @Override
    public void write(int value) throws IOException {
      write(new byte[] {(byte) value}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int start, int count) throws IOException {
      try {
        out.write(bytes, start, count);
      } catch (FSError e) {
        throw refused(e);
      }
    }

    @Override
    public void flush() throws IOException {
      try {
        out.flush();
      } catch (FSError e) {
        throw refused(e);
      }
    }

    @Override
    public void close() throws IOException {
      flush();
    }
  }

  private interface Target {
    OutputStream stream();

    void commit() throws IOException;

    void abort() throws IOException;
  }

  private record Direct(FSDataOutputStream stream) implements Target {
    @Override
    public void commit() throws IOException {
      stream.close();
    }

    @Override
    public void abort() throws IOException {
      stream.abort();
      stream.close();
    }
  }

  private record Hidden(FileSystem fileSystem, Path file, PrivateFileWriter writer)
      implements Target {
    @Override
    public OutputStream stream() {
      return writer.stream();
    }

    @Override
    public void commit() throws IOException {
      PendingFile pending = writer.finish();
      try {
        VerifiedRename.replace(fileSystem, ((PrivateFile) pending).path(), file);
      } catch (IOException e) {
        pending.discard(fileSystem);
        throw e;
      }
    }

    @Override
    public void abort() throws IOException {
      writer.abort();
    }
  }
}
