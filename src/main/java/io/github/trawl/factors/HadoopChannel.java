package io.github.trawl.factors;

import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.NonWritableChannelException;
import java.nio.channels.SeekableByteChannel;
import org.apache.hadoop.fs.FSDataInputStream;

/**
 * A Hadoop file as the seekable channel that Arrow reads from.
 *
 * <p>If the storage fails, its methods throw {@link UncheckedIOException}, so that this can be told
 * from the {@code IOException}s that Arrow throws at a damaged file. A position behind the end of
 * the file, which only a damaged file asks for, is an {@link EOFException}.
 */
final class HadoopChannel implements SeekableByteChannel {
  private final FSDataInputStream stream;
  private final long size;
  private boolean open = true;

  HadoopChannel(FSDataInputStream stream, long size) {
    this.stream = stream;
    this.size = size;
  }

  @Override
  public int read(ByteBuffer target) throws IOException {
    // Through an array of at most 1 MiB: not every file system can read into a buffer.
    byte[] bytes = new byte[Math.min(target.remaining(), 1 << 20)];
    int count = ofStorage(() -> stream.read(bytes, 0, bytes.length));
    if (count > 0) {
      target.put(bytes, 0, count);
    }
    return count;
  }

  @Override
  public long position() throws IOException {
    return ofStorage(stream::getPos);
  }

  @Override
  public SeekableByteChannel position(long position) throws IOException {
    return ofStorage(
        () -> {
          stream.seek(position);
          return this;
        });
  }

  @Override
  public long size() {
    return size;
  }

  @Override
  public int write(ByteBuffer source) {
    throw new NonWritableChannelException();
  }

  @Override
  public SeekableByteChannel truncate(long newSize) {
    throw new NonWritableChannelException();
  }

  private interface Access<T> {
    T run() throws IOException;
  }

  private static <T> T ofStorage(Access<T> access) throws IOException {
    try {
      return access.run();
    } catch (EOFException e) {
      throw e;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public boolean isOpen() {
    return open;
  }

  @Override
  public void close() throws IOException {
    open = false;
    stream.close();
  }
}
