package io.github.trawl.sweep.parquet;

import java.io.OutputStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.parquet.hadoop.example.ExampleParquetWriter;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.apache.parquet.schema.MessageType;

/** Creates writers of Parquet files. */
public final class RowWriters {
  /** The size at which a row group is written out: about as much of a file is in memory at most. */
  private static final long ROW_GROUP_BYTES = 32 << 20;

  private RowWriters() {}

  /**
   * Returns the builder of a writer whose pages are compressed by Zstandard and carry checksums.
   * The same rows give the same bytes.
   *
   * @param stream to write to; closing the writer completes the file but leaves the stream open
   * @param schema of the rows
   * @param hadoop options of Parquet
   */
  public static ExampleParquetWriter.Builder builder(
      OutputStream stream, MessageType schema, Configuration hadoop) {
    return ExampleParquetWriter.builder(new StreamOutput(stream))
        .withConf(hadoop)
        .withType(schema)
        .withCompressionCodec(CompressionCodecName.ZSTD)
        .withRowGroupSize(ROW_GROUP_BYTES)
        .withPageWriteChecksumEnabled(true);
  }
}
