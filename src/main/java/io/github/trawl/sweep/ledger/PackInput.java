package io.github.trawl.sweep.ledger;

import java.io.EOFException;
import java.io.FilterInputStream;
import java.io.IOException;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.parquet.io.DelegatingSeekableInputStream;
import org.apache.parquet.io.InputFile;
import org.apache.parquet.io.SeekableInputStream;

/**
 * A Parquet file that remembers whether the storage failed while it was read. If not, any error of
 * its reader means that the file is damaged.
 */
final class PackInput implements InputFile {
  private final FileSystem fileSystem;
  private final Path file;
  private final long length;
  private IOException failure;

  PackInput(FileSystem fileSystem, Path file) throws IOException {
    this.fileSystem = fileSystem;
    this.file = file;
    this.length = fileSystem.getFileStatus(file).getLen();
  }

  /** Returns the latest failure of the storage; null if there was none. */
  IOException failure() {
    return failure;
  }

  @Override
  public long getLength() {
    return length;
  }

  @Override
  public SeekableInputStream newStream() throws IOException {
    FSDataInputStream stream;
    try {
      stream = fileSystem.open(file);
    } catch (IOException e) {
      throw remember(e);
    }
    return new DelegatingSeekableInputStream(new WatchedStream(stream)) {
      @Override
      public long getPos() throws IOException {
        return stream.getPos();
      }

      @Override
      public void seek(long position) throws IOException {
        try {
          stream.seek(position);
        } catch (IOException e) {
          throw remember(e);
        }
      }
    };
  }

  /**
   * Remembers {@code e} as a failure of the storage, unless it is an attempt to read beyond the
   * end: the offsets come from the file itself, which is damaged then.
   */
  private IOException remember(IOException e) {
    if (!(e instanceof EOFException)) {
      failure = e;
    }
    return e;
  }

  private final class WatchedStream extends FilterInputStream {
    WatchedStream(FSDataInputStream source) {
      super(source);
    }

    @Override
    public int read() throws IOException {
      try {
        return in.read();
      } catch (IOException e) {
        throw remember(e);
      }
    }

    @Override
    public int read(byte[] target, int offset, int count) throws IOException {
      try {
        return in.read(target, offset, count);
      } catch (IOException e) {
        throw remember(e);
      }
    }
  }
}
