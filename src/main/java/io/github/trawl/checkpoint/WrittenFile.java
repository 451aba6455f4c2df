package io.github.trawl.checkpoint;

import io.github.trawl.ErrorCategory;
import io.github.trawl.TrawlException;
import java.io.IOException;
import java.io.Serializable;
import java.util.Objects;
import java.util.zip.CRC32C;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * A file that an attempt has finished: what the driver needs to publish it and to verify it.
 *
 * @param name the name relative to the output, such as {@code factors/layer-11-fc.arrow}
 * @param pending the content, which is not published yet
 * @param bytes the length of the content
 * @param crc32c the CRC-32C (RFC 3720) of the content, computed without reading the written file:
 *     it shows damage, not malice; −1 if it was not computed
 */
public record WrittenFile(String name, PendingFile pending, long bytes, long crc32c)
    implements Serializable {
  /** Stands for a checksum that was not computed. */
  static final long NO_CHECKSUM = -1;

  private static final int BUFFER_BYTES = 1 << 20;

  /** Checks that nothing is missing. */
  public WrittenFile {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(pending, "pending");
  }

  /** The checksum, which must have been computed, as eight hexadecimal digits. */
  public String checksum() {
    return String.format("%08x", crc32c);
  }

  /**
   * Returns where the file can be read before it is published.
   *
   * @throws IllegalStateException if the file was not created by {@link AttemptFile#createReadable}
   */
  public Path path() {
    if (pending instanceof PrivateFile file) {
      return new Path(file.path());
    }
    throw new IllegalStateException(name + " can't be read before it is published");
  }

  /**
   * Reads the file in {@code directory} and compares its length and checksum with those of what was
   * written. The checksum must have been computed.
   *
   * @throws TrawlException of category {@code SYSTEM} if the content differs or can't be read
   */
  public void verifyContent(Path directory, Configuration hadoop) {
    Path file = Storage.child(directory, name);
    CRC32C checksum = new CRC32C();
    long length = 0;
    FileSystem fileSystem = Storage.open(file, hadoop);
    try (FSDataInputStream stream = fileSystem.open(file)) {
      byte[] buffer = new byte[BUFFER_BYTES];
      for (int count = stream.read(buffer); count >= 0; count = stream.read(buffer)) {
        checksum.update(buffer, 0, count);
        length += count;
      }
    } catch (IOException e) {
      throw Problems.storage(file, "cannot be read back", e);
    }
    if (length != bytes || checksum.getValue() != crc32c) {
      throw new TrawlException(
          ErrorCategory.SYSTEM,
          "%s: reads back as %d bytes with CRC-32C %08x, %d bytes with %s were written; check the"
                  .formatted(Problems.show(file), length, checksum.getValue(), bytes, checksum())
              + " storage and run again");
    }
  }
}
