package io.github.trawl.convert;

import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.WritableByteChannel;
import java.util.zip.CRC32C;

/**
 * Streams the values of variables and checks them against their checksums.
 *
 * <p>The stream stays open at the end of the variable read last, so that variables read in the
 * order of the data file take one pass over it. To read a variable before that position, the file
 * is opened again and skipped from its first byte, which is slow in a compressed archive.
 */
final class VariableReader implements Closeable {
  private static final int CHUNK_LENGTH = 1 << 18;

  private final Bundle bundle;
  private final byte[] chunk = new byte[CHUNK_LENGTH];
  private SourceFile file;
  private InputStream stream;
  private long position;

  VariableReader(Bundle bundle) {
    this.bundle = bundle;
  }

  /**
   * Checks that the bytes of {@code variable} lie inside the data files.
   *
   * @throws io.github.trawl.TrawlException BAD_INPUT if they do not
   */
  void checkBounds(Variable variable) {
    if (variable.shard() < 0 || variable.shard() >= bundle.dataFiles().size()) {
      throw BadInput.damaged(
          bundle.indexName(),
          BadInput.quote(variable.name())
              + " lies in data file "
              + variable.shard()
              + ", but the last one is "
              + (bundle.dataFiles().size() - 1));
    }
    SourceFile data = bundle.dataFiles().get((int) variable.shard());
    if (variable.offset() < 0
        || variable.length() < 0
        || variable.offset() > data.length() - variable.length()) {
      throw BadInput.damaged(
          bundle.nameOf(data),
          "it has "
              + data.length()
              + " bytes, but "
              + BadInput.quote(variable.name())
              + " has "
              + variable.length()
              + " from byte "
              + variable.offset());
    }
  }

  /** Writes the bytes of {@code variable} to {@code target} as they are stored. */
  void copy(Variable variable, WritableByteChannel target) throws IOException {
    forEachChunk(
        variable,
        part -> {
          while (part.hasRemaining()) {
            target.write(part);
          }
        });
  }

  /** Returns all bytes of {@code variable}, fewer than 2 GiB, in a little-endian buffer. */
  ByteBuffer read(Variable variable) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate((int) variable.length()).order(ByteOrder.LITTLE_ENDIAN);
    forEachChunk(variable, bytes::put);
    return bytes.flip();
  }

  private void forEachChunk(Variable variable, Sink sink) throws IOException {
    checkBounds(variable);
    SourceFile data = bundle.dataFiles().get((int) variable.shard());
    CRC32C checksum = new CRC32C();
    // Only exceptions from reading get the name of the data file; the sink's are rethrown as is.
    try {
      seek(data, variable.offset());
    } catch (IOException exception) {
      throw SourceFiles.failure(bundle.nameOf(data), exception);
    }
    for (long left = variable.length(); left > 0; ) {
      int read = readChunk(data, (int) Math.min(left, CHUNK_LENGTH));
      checksum.update(chunk, 0, read);
      sink.accept(ByteBuffer.wrap(chunk, 0, read));
      left -= read;
    }
    if (MaskedCrc32c.of(checksum) != variable.checksum()) {
      throw BadInput.damaged(
          bundle.nameOf(data),
          "the checksum of " + BadInput.quote(variable.name()) + " does not match");
    }
  }

  private int readChunk(SourceFile data, int length) {
    try {
      int read = stream.readNBytes(chunk, 0, length);
      if (read < length) {
        throw new EOFException();
      }
      position += read;
      return read;
    } catch (IOException exception) {
      throw SourceFiles.failure(bundle.nameOf(data), exception);
    }
  }

  private void seek(SourceFile data, long offset) throws IOException {
    if (file == null || !file.path().equals(data.path()) || offset < position) {
      close();
      stream = bundle.files().open(data);
      file = data;
      position = 0;
    }
    stream.skipNBytes(offset - position);
    position = offset;
  }

  @Override
  public void close() throws IOException {
    if (stream != null) {
      InputStream closing = stream;
      stream = null;
      file = null;
      closing.close();
    }
  }

  private interface Sink {
    void accept(ByteBuffer part) throws IOException;
  }
}
