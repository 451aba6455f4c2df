package io.github.trawl.sweep.parquet;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import org.apache.parquet.io.OutputFile;
import org.apache.parquet.io.PositionOutputStream;

/** Lets Parquet write to a stream without closing it. */
record StreamOutput(OutputStream target) implements OutputFile {
  private static final int BUFFER_BYTES = 1 << 16;

  @Override
  public PositionOutputStream create(long blockSize) {
    return new CountingStream(target);
  }

  @Override
  public PositionOutputStream createOrOverwrite(long blockSize) {
    return create(blockSize);
  }

  @Override
  public boolean supportsBlockSize() {
    return false;
  }

  @Override
  public long defaultBlockSize() {
    return 0;
  }

  private static final class CountingStream extends PositionOutputStream {
    private final OutputStream target;
    private long position;

    /** Buffers what is written, since Parquet writes the footer of a file byte by byte. */
    CountingStream(OutputStream target) {
      this.target = new BufferedOutputStream(target, BUFFER_BYTES);
    }

    @Override
    public long getPos() {
      return position;
    }

    @Override
    public void write(int single) throws IOException {
      target.write(single);
      position++;
    }

    @Override
    public void write(byte[] source, int offset, int count) throws IOException {
      target.write(source, offset, count);
      position += count;
    }

    @Override
    public void flush() throws IOException {
      target.flush();
    }

    @Override
    public void close() throws IOException {
      flush();
    }
  }
}
