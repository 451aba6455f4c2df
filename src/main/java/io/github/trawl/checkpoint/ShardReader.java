package io.github.trawl.checkpoint;

import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * Reads one shard, at given positions.
 *
 * <p>Several threads may read ranges at the same time, since Hadoop's positioned reads are safe for
 * that. Reading the header moves the stream's position, so nothing else may be read meanwhile.
 */
public final class ShardReader implements Closeable {
  /** The most bytes of the heap array through which a remote file is read into a direct buffer. */
  private static final int BOUNCE_BYTES = 1 << 20;

  private final FileSystem fileSystem;
  private final Path file;
  private final ShardFile shard;
  private final FSDataInputStream stream;
  private final Optional<FileChannel> channel;

  private ShardReader(FileSystem fileSystem, Path file, ShardFile shard, FSDataInputStream stream)
      throws IOException {
    this.fileSystem = fileSystem;
    this.file = file;
    this.shard = shard;
    this.stream = stream;
    this.channel = LocalChannels.reading(fileSystem, stream);
  }

  /**
   * Opens a shard of the checkpoint in {@code directory}.
   *
   * @throws io.github.trawl.TrawlException if the file is missing, can't be opened, or is not the
   *     one that {@code shard} describes: its length or modification time differ
   */
  public static ShardReader open(Path directory, ShardFile shard, Configuration hadoop) {
    Objects.requireNonNull(shard, "shard");
    FileSystem fileSystem = Storage.open(directory, hadoop);
    Path file = new Path(directory, shard.name());
    checkUnchanged(fileSystem, file, shard);
    try {
      return new ShardReader(fileSystem, file, shard, fileSystem.open(file));
    } catch (IOException e) {
      throw Problems.reading(file, "cannot open", e);
    }
  }

  /**
   * Fills the remaining space of {@code target} with the bytes at {@code position} of the file.
   *
   * @throws io.github.trawl.TrawlException if the file ends early or the storage fails
   */
  public void readFully(long position, ByteBuffer target) {
    checkRange(position, target.remaining());
    try {
      if (channel.isPresent()) {
        readLocally(channel.get(), position, target);
      } else if (target.hasArray()) {
        readFully(
            position, target.array(), target.arrayOffset() + target.position(), target.remaining());
        target.position(target.limit());
      } else {
        byte[] bounce = new byte[Math.min(BOUNCE_BYTES, target.remaining())];
        for (long at = position; target.hasRemaining(); ) {
          int count = Math.min(bounce.length, target.remaining());
          readFully(at, bounce, 0, count);
          target.put(bounce, 0, count);
          at += count;
        }
      }
    } catch (IOException e) {
      throw Problems.reading(file, "cannot read at byte " + position, e);
    }
  }

  /**
   * Passes the bytes of each range to {@code visitor}, in the order of the ranges. Ranges are read
   * several at a time if the file system supports that, else one after the other.
   *
   * @param ranges ranges of the file that do not overlap
   * @throws io.github.trawl.TrawlException if the file ends early or the storage fails
   */
  public void readRanges(List<ByteRange> ranges, ByteRange.Visitor visitor) {
    if (ranges.size() > 1 && channel.isEmpty() && VectoredRanges.suits(stream)) {
      ranges.forEach(range -> checkRange(range.position(), range.length()));
      readVectored(ranges, visitor);
      return;
    }
    int longest = ranges.stream().mapToInt(ByteRange::length).max().orElse(0);
    ByteBuffer bytes = ByteBuffer.allocate(longest);
    for (int i = 0; i < ranges.size(); i++) {
      ByteRange range = ranges.get(i);
      readFully(range.position(), bytes.clear().limit(range.length()));
      visitor.accept(i, bytes.flip());
    }
  }

  /** The channel of a local file, closed with this reader; empty for a remote file. */
  Optional<FileChannel> channel() {
    return channel;
  }

  /**
   * Copies bytes of a local file to the position of {@code target}.
   *
   * @throws io.github.trawl.TrawlException if the file ends early
   * @throws IOException if reading or writing fails
   */
  void copyTo(long position, long count, FileChannel target) throws IOException {
    long copied = LocalChannels.copy(channel.orElseThrow(), position, count, target);
    if (copied < count) {
      throw truncated(new EOFException("end of file at byte " + (position + copied)));
    }
  }

  /**
   * Checks again that the file is the one that was opened.
   *
   * @throws io.github.trawl.TrawlException if its length or modification time differ
   */
  void checkUnchanged() {
    checkUnchanged(fileSystem, file, shard);
  }

  ShardHeader header() {
    String where = Problems.show(file);
    try {
      return ShardHeader.read(stream, shard, where);
    } catch (EOFException e) {
      throw truncated(e);
    } catch (IOException e) {
      throw Problems.reading(file, "cannot read the header", e);
    }
  }

  @Override
  public void close() {
    try {
      stream.close();
    } catch (IOException e) {
      throw Problems.reading(file, "cannot close", e);
    }
  }

  private void readVectored(List<ByteRange> ranges, ByteRange.Visitor visitor) {
    try {
      new VectoredRanges(stream).read(ranges, visitor);
    } catch (EOFException e) {
      throw truncated(e);
    } catch (IOException e) {
      throw Problems.reading(file, "cannot read at byte " + ranges.get(0).position(), e);
    }
  }

  private void checkRange(long position, int length) {
    if (position < 0 || length > shard.length() - position) {
      throw new IllegalArgumentException(
          "bytes " + position + " to " + (position + length) + " of " + shard);
    }
  }

  private void readFully(long position, byte[] target, int offset, int length) throws IOException {
    try {
      stream.readFully(position, target, offset, length);
    } catch (EOFException e) {
      throw truncated(e);
    }
  }

  private void readLocally(FileChannel source, long position, ByteBuffer target)
      throws IOException {
    for (long at = position; target.hasRemaining(); ) {
      int count = source.read(target, at);
      if (count < 0) {
        throw truncated(new EOFException("end of file at byte " + at));
      }
      at += count;
    }
  }

  private io.github.trawl.TrawlException truncated(EOFException cause) {
    return Problems.badInput(
        Problems.show(file),
        "ends before the "
            + shard.length()
            + " bytes that it had ("
            + Problems.oneLine(cause)
            + "); keep the model unchanged and run again",
        cause);
  }

  private static void checkUnchanged(FileSystem fileSystem, Path file, ShardFile shard) {
    FileStatus status;
    try {
      status = fileSystem.getFileStatus(file);
    } catch (IOException e) {
      throw Problems.reading(file, "cannot find", e);
    }
    if (status.getLen() != shard.length()
        || status.getModificationTime() != shard.modificationTime()) {
      throw Problems.badInput(
          Problems.show(file),
          "changed since the model was opened: "
              + shard.length()
              + " bytes, modified at "
              + Instant.ofEpochMilli(shard.modificationTime())
              + ", now "
              + status.getLen()
              + " bytes, modified at "
              + Instant.ofEpochMilli(status.getModificationTime())
              + "; keep the model unchanged and run again");
    }
  }
}
