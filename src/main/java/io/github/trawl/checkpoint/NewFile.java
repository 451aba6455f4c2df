package io.github.trawl.checkpoint;

import java.io.Closeable;
import java.io.File;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FSDataOutputStreamBuilder;
import org.apache.hadoop.fs.FileAlreadyExistsException;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Options;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RawLocalFileSystem;
import org.apache.hadoop.fs.StreamCapabilities;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A file that appears whole, and only where there is none.
 *
 * <p>Where files can be renamed in one step it is written under a hidden name and renamed. On an
 * object store it appears when its stream is closed. A store with conditional writes then refuses
 * it if the name is taken. Other stores are asked before the stream is opened: if two processes
 * write at the same time, the later one may replace the other's file.
 */
public final class NewFile implements Closeable {
  private static final Logger LOG = LoggerFactory.getLogger(NewFile.class);
  private static final String CONDITIONAL =
      Options.CreateFileOptionKeys.FS_OPTION_CREATE_CONDITIONAL_OVERWRITE;

  private static final int BUFFER_BYTES = 1 << 16;

  private final FileSystem fileSystem;
  private final Path file;
  private final Path written;
  private final Target target;
  private boolean ended;

  private NewFile(FileSystem fileSystem, Path file, Path written, Target target) {
    this.fileSystem = fileSystem;
    this.file = file;
    this.written = written;
    this.target = target;
  }

  /**
   * Begins to write {@code file}.
   *
   * @throws FileAlreadyExistsException if the storage reports already here that the file exists
   */
  public static NewFile create(FileSystem fileSystem, Path file) throws IOException {
    if (Storage.renamesAtomically(fileSystem, fileSystem.getConf())) {
      Path hidden = StagedFile.hidden(file);
      Target target =
          fileSystem instanceof RawLocalFileSystem local
              ? LocalTarget.create(local.pathToFile(hidden))
              : new HadoopTarget(fileSystem.create(hidden, false, BUFFER_BYTES));
      return new NewFile(fileSystem, file, hidden, target);
    }
    FSDataOutputStreamBuilder<?, ?> builder = fileSystem.createFile(file);
    builder.recursive();
    if (fileSystem.hasPathCapability(file, CONDITIONAL)) {
      // The store itself refuses to overwrite, when the stream is closed.
      builder.overwrite(true);
      builder.must(CONDITIONAL, true);
    } else {
      builder.overwrite(false);
    }
    return new NewFile(fileSystem, file, file, new HadoopTarget(builder.build()));
  }

  /**
   * Writes a small file.
   *
   * @return whether the file is there as written; if not, another file was there. On an object
   *     store it is also true if the file that was there has the same content: it may be this one,
   *     which the client wrote twice because the answer to the first write was lost
   * @throws IOException if it was not written, or it is not known whether it was
   */
  public static boolean write(FileSystem fileSystem, Path file, byte[] content) throws IOException {
    try (NewFile created = create(fileSystem, file)) {
      created.stream().write(content);
      return created.commit(false);
    } catch (FileAlreadyExistsException e) {
      LOG.debug("{} is there already", Problems.show(file), e);
      return false;
    } catch (IOException e) {
      // Stores report a name that is taken by different exceptions. They may do so even though the
      // file is ours: if the answer to a write was lost, the client has written twice.
      if (fileSystem.exists(file)) {
        return holds(fileSystem, file, content);
      }
      throw e;
    }
  }

  /**
   * Whether a name is that of a hidden file that a killed process has left, or that is being
   * written.
   */
  public static boolean isLeftover(String name) {
    return StagedFile.isLeftover(name);
  }

  /** Returns the stream to write the content to. */
  public OutputStream stream() {
    return target.stream();
  }

  /**
   * Makes the file appear.
   *
   * @param durable whether the file must survive a crash of the machine, as far as the storage can
   *     promise; if not, it survives only the end of this process
   * @return whether the file appeared; if not, another one is there
   * @throws IOException if it was not written; on an object store also if another one is there
   */
  public boolean commit(boolean durable) throws IOException {
    target.end(durable);
    if (!written.equals(file) && !VerifiedRename.renameIfFree(fileSystem, written, file)) {
      return false;
    }
    ended = true;
    if (durable && fileSystem instanceof RawLocalFileSystem local) {
      syncDirectory(local.pathToFile(file.getParent()).toPath());
    }
    return true;
  }

  /**
   * Removes what was written, unless it was committed. A store that can't abort an upload may keep
   * a part of the file under its name.
   */
  @Override
  public void close() {
    if (ended) {
      return;
    }
    ended = true;
    try {
      target.abort();
      if (!written.equals(file)) {
        fileSystem.delete(written, false);
      }
    } catch (IOException | RuntimeException e) {
      LOG.warn(
          "Cannot remove what was written of {}: {}", Problems.show(file), Problems.oneLine(e));
    }
  }

  private static boolean holds(FileSystem fileSystem, Path file, byte[] content)
      throws IOException {
    try (FSDataInputStream stream = fileSystem.open(file)) {
      return Arrays.equals(stream.readNBytes(content.length + 1), content);
    }
  }

  /**
   * Writes the entries of a directory to disk: until then, a renamed file may have its old name
   * again after a power cut.
   */
  private static void syncDirectory(java.nio.file.Path directory) throws IOException {
    try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  /** An open file that the content is written to. */
  private interface Target {
    OutputStream stream();

    /** Closes the file, whose content is complete. */
    void end(boolean durable) throws IOException;

    /** Closes the file, whose content is given up. */
    void abort() throws IOException;
  }

  /**
   * Writes without Hadoop, which would start a process for each file to set its permissions; that
   * takes 3 ms.
   */
  private record LocalTarget(FileOutputStream stream) implements Target {
    static LocalTarget create(File file) throws IOException {
      if (!file.getParentFile().exists()) {
        Files.createDirectories(file.getParentFile().toPath());
      }
      return new LocalTarget(new FileOutputStream(file));
    }

    @Override
    public void end(boolean durable) throws IOException {
      if (durable) {
        stream.getFD().sync();
      }
      stream.close();
    }

    @Override
    public void abort() throws IOException {
      stream.close();
    }
  }

  private record HadoopTarget(FSDataOutputStream target) implements Target {
    @Override
    public OutputStream stream() {
      return target;
    }

    @Override
    public void end(boolean durable) throws IOException {
      if (durable && target.hasCapability(StreamCapabilities.HSYNC)) {
        target.hsync();
      }
      target.close();
    }

    /**
     * Aborts the stream before closing it: closing alone would complete the file on an object
     * store.
     */
    @Override
    public void abort() throws IOException {
      if (target.hasCapability(StreamCapabilities.ABORTABLE_STREAM)) {
        target.abort();
      }
      try {
        target.close();
      } catch (IOException e) {
        LOG.debug("Closing a file that was given up failed", e);
      }
    }
  }
}
