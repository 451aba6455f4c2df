package io.github.trawl.checkpoint;

import java.io.Closeable;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.FileChannel;
import java.util.Optional;
import java.util.zip.CRC32C;
import java.util.zip.CheckedOutputStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A file that one attempt of a task writes for the output. No other attempt writes to it, and it
 * becomes part of the output only if the driver receives its {@link WrittenFile} and publishes it.
 *
 * <p>{@link #close()} deletes a file that was not committed, so that nothing of an attempt that
 * fails appears anywhere. A killed attempt leaves a file in the run's directory, deleted with that
 * directory, or an incomplete upload, which is never visible and which the store deletes after the
 * period of the bucket's lifecycle rule.
 */
public final class AttemptFile implements Closeable {
  private static final Logger LOG = LoggerFactory.getLogger(AttemptFile.class);

  private final String name;
  private final OutgoingFile outgoing;
  private final Counted counted;
  private boolean ended;

  private AttemptFile(String name, OutgoingFile outgoing) {
    this.name = name;
    this.outgoing = outgoing;
    this.counted = new Counted(outgoing.stream());
  }

  /**
   * Begins a file.
   *
   * @param attempt the name of the attempt, unique in the run
   * @param name the file's name relative to the output
   * @param expectedBytes the approximate length of the content
   * @throws FileNotFoundException if the run's directory is gone; it is not made again, since the
   *     task has outlived its run
   * @throws IOException if the storage fails, or the attempt has written this file before
   */
  public static AttemptFile create(
      Staging staging, String attempt, String name, long expectedBytes, Configuration hadoop)
      throws IOException {
    FileSystem fileSystem = open(staging, hadoop);
    Path target = staging.target(name);
    return new AttemptFile(
        name,
        Storage.supportsMultipart(fileSystem, target, hadoop)
            ? new PartUpload(fileSystem, target, expectedBytes)
            : new PrivateFileWriter(fileSystem, staging.privatePath(attempt, name)));
  }

  /**
   * Begins a file as {@link #create} does, but one that can be read before it is published, at
   * {@link WrittenFile#path}.
   */
  public static AttemptFile createReadable(
      Staging staging, String attempt, String name, Configuration hadoop) throws IOException {
    FileSystem fileSystem = open(staging, hadoop);
    return new AttemptFile(
        name, new PrivateFileWriter(fileSystem, staging.privatePath(attempt, name)));
  }

  /** Returns the stream to write the content to; closing it does not end the file. */
  public OutputStream stream() {
    return counted;
  }

  /** Returns a stream that neither counts nor checksums bytes; see {@link OutgoingFile#stream}. */
  OutputStream rawStream() {
    return outgoing.stream();
  }

  /** Returns the local file to write the content to; see {@link OutgoingFile#channel}. */
  Optional<FileChannel> channel() throws IOException {
    return outgoing.channel();
  }

  /** Completes the file, whose whole content was written to {@link #stream}. */
  public WrittenFile commit() throws IOException {
    return commit(counted.bytes, counted.getChecksum().getValue());
  }

  /**
   * Completes the file, whose whole content was written to {@link #rawStream} or {@link #channel},
   * which neither count nor checksum it.
   *
   * @param bytes the length of the content
   * @param crc32c the checksum of the content, or {@link WrittenFile#NO_CHECKSUM}
   */
  WrittenFile commit(long bytes, long crc32c) throws IOException {
    PendingFile pending = outgoing.finish();
    ended = true;
    return new WrittenFile(name, pending, bytes, crc32c);
  }

  @Override
  public void close() {
    if (ended) {
      return;
    }
    ended = true;
    try {
      outgoing.abort();
    } catch (IOException | RuntimeException e) {
      // Whether the file is gone or not, it is never published.
      LOG.info("Cannot remove what an attempt at {} has written: {}", name, Problems.oneLine(e));
    }
  }

  private static FileSystem open(Staging staging, Configuration hadoop) throws IOException {
    Path attempts = new Path(staging.attempts());
    FileSystem fileSystem = Storage.open(attempts, hadoop);
    if (!fileSystem.exists(attempts)) {
      throw new FileNotFoundException(
          "directory " + Problems.show(attempts) + " is gone; was the run aborted?");
    }
    return fileSystem;
  }

  /**
   * Counts and checksums the bytes that are written. {@link #close} does nothing: the file is ended
   * by {@link AttemptFile#commit()} or {@link AttemptFile#close()}.
   */
  private static final class Counted extends CheckedOutputStream {
    private long bytes;

    Counted(OutputStream target) {
      super(target, new CRC32C());
    }

    @Override
    public void write(int single) throws IOException {
      super.write(single);
      bytes++;
    }

    @Override
    public void write(byte[] source, int offset, int length) throws IOException {
      super.write(source, offset, length);
      bytes += length;
    }

    @Override
    public void close() {}
  }
}
