package io.github.trawl.sweep.ledger;

import io.github.trawl.checkpoint.Problems;
import java.io.Closeable;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.parquet.conf.HadoopParquetConfiguration;
import org.apache.parquet.conf.ParquetConfiguration;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.filter2.compat.FilterCompat;
import org.apache.parquet.hadoop.ParquetReader;
import org.apache.parquet.hadoop.api.ReadSupport;
import org.apache.parquet.hadoop.example.GroupReadSupport;
import org.apache.parquet.io.InputFile;
import org.apache.parquet.schema.MessageType;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads the rows of a pack, and distinguishes a damaged file from a failure of the storage. */
final class PackRows implements Closeable {
  private static final Logger LOG = LoggerFactory.getLogger(PackRows.class);

  /**
   * More bytes of the heap than reading an undamaged file takes, whose row groups are of 32 MiB.
   */
  private static final long MOST_HEAP = 256L << 20;

  private final FileSystem fileSystem;
  private final Path file;
  private final PackInput input;
  private final ParquetReader<Group> reader;

  /**
   * Opens a pack.
   *
   * @param columns the columns to read
   * @param filter which rows are read
   * @throws FileNotFoundException if it is gone
   */
  PackRows(FileSystem fileSystem, Path file, MessageType columns, FilterCompat.Filter filter)
      throws IOException, DamagedFileException {
    this.fileSystem = fileSystem;
    this.file = file;
    try {
      this.input = new PackInput(fileSystem, file);
    } catch (FileNotFoundException e) {
      throw HadoopFiles.confirmMissing(fileSystem, file, e);
    }
    // Without a configuration the builder would parse Hadoop's configuration files each time.
    Configuration hadoop = new Configuration(fileSystem.getConf());
    hadoop.set(ReadSupport.PARQUET_READ_SCHEMA, columns.toString());
    this.reader =
        guard(
            () ->
                new Builder(input, new HadoopParquetConfiguration(hadoop))
                    .withFilter(filter)
                    .usePageChecksumVerification()
                    .build());
  }

  /** Returns the next row; empty at the end. */
  Optional<Group> next() throws IOException, DamagedFileException {
    return Optional.ofNullable(guard(reader::read));
  }

  @Override
  public void close() {
    try {
      reader.close();
    } catch (IOException | RuntimeException e) {
      LOG.debug("Closing {} failed after it was read", Problems.show(file), e);
    }
  }

  private interface Read<T> {
    T run() throws IOException;
  }

  /**
   * Runs {@code read} and finds out why it fails.
   *
   * @throws FileNotFoundException if the pack was removed in the meantime
   * @throws IOException if the storage failed
   * @throws DamagedFileException otherwise
   */
  private <T> T guard(Read<T> read) throws IOException, DamagedFileException {
    try {
      return read.run();
    } catch (IOException
        | RuntimeException
        | AssertionError
        | StackOverflowError
        | OutOfMemoryError e) {
      // Damaged lengths make Parquet allocate too much memory or fail its own assertions.
      if (!fileSystem.exists(file)) {
        FileNotFoundException gone = new FileNotFoundException(file.toString());
        gone.initCause(e);
        throw gone;
      }
      if (input.failure() != null) {
        throw input.failure();
      }
      if (!isDamage(e, freeHeap())) {
        throw new IOException("there is too little memory on the heap; give the driver more", e);
      }
      throw new DamagedFileException("can't be read as a Parquet file of units", e);
    }
  }

  /**
   * Returns whether a failure that is not one of the storage means that the file is damaged.
   *
   * @param freeHeap the bytes that are free on the heap
   */
  static boolean isDamage(Throwable failure, long freeHeap) {
    return !(failure instanceof OutOfMemoryError) || freeHeap > MOST_HEAP;
  }

  private static long freeHeap() {
    Runtime runtime = Runtime.getRuntime();
    return runtime.maxMemory() - runtime.totalMemory() + runtime.freeMemory();
  }

  private static final class Builder extends ParquetReader.Builder<Group> {
    Builder(InputFile file, ParquetConfiguration configuration) {
      super(file, configuration);
    }

    @Override
    protected ReadSupport<Group> getReadSupport() {
      return new GroupReadSupport();
    }
  }
}
