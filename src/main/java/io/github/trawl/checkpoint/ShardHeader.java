package io.github.trawl.checkpoint;

import java.io.EOFException;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.fs.FSDataInputStream;

/**
 * The header of a safetensors file, checked against the length of the file.
 *
 * @param metadata the {@code __metadata__} strings, in the header's order
 * @param tensors in the header's order
 * @param dataOffset position of the first byte after the header
 */
record ShardHeader(Map<String, String> metadata, List<TensorInfo> tensors, long dataOffset) {
  static final String METADATA = "__metadata__";
  static final int LENGTH_BYTES = Long.BYTES;

  /** The most bytes of a header that the format allows. */
  static final long MAX_HEADER_BYTES = 100_000_000;

  private static final String REMEDY = "; get the file again";

  ShardHeader {
    metadata = Collections.unmodifiableMap(new LinkedHashMap<>(metadata));
    tensors = List.copyOf(tensors);
  }

  /**
   * Reads and checks a header.
   *
   * @param stream the file, at any position
   * @param where the name of the file in messages
   * @throws io.github.trawl.TrawlException if a rule of the format is broken
   * @throws IOException if the storage fails
   */
  static ShardHeader read(FSDataInputStream stream, ShardFile shard, String where)
      throws IOException {
    long headerLength = readLength(stream, shard, where);
    stream.seek(LENGTH_BYTES);
    ShardHeader header =
        new HeaderParser(shard.name(), where, LENGTH_BYTES + headerLength)
            .parse(new LimitedStream(stream, headerLength));
    header.checkLayout(shard.length(), where);
    return header;
  }

  private static long readLength(FSDataInputStream stream, ShardFile shard, String where)
      throws IOException {
    if (shard.length() < LENGTH_BYTES) {
      throw Problems.badInput(
          where,
          "header too small: the file has "
              + shard.length()
              + " bytes, a safetensors file starts with an 8-byte header length"
              + REMEDY);
    }
    byte[] prefix = new byte[LENGTH_BYTES];
    try {
      stream.readFully(0, prefix);
    } catch (EOFException e) {
      throw new EOFException("the file ends within its first 8 bytes");
    }
    long length = ByteBuffer.wrap(prefix).order(ByteOrder.LITTLE_ENDIAN).getLong();
    if (length < 0 || length > MAX_HEADER_BYTES) {
      BigInteger unsigned = new BigInteger(Long.toUnsignedString(length));
      throw Problems.badInput(
          where,
          "header too large: "
              + unsigned
              + " bytes, the format allows "
              + MAX_HEADER_BYTES
              + "; check that it is a safetensors file");
    }
    if (length > shard.length() - LENGTH_BYTES) {
      throw Problems.badInput(
          where,
          "the header of "
              + length
              + " bytes goes past the file's end at "
              + shard.length()
              + REMEDY);
    }
    return length;
  }

  /**
   * Checks that the tensors, sorted by offset, fill the data without a hole or overlap, up to the
   * end of the file.
   */
  private void checkLayout(long fileLength, String where) {
    long end = dataOffset;
    String previous = "the header";
    List<TensorInfo> sorted =
        tensors.stream()
            .sorted(
                Comparator.comparingLong(TensorInfo::offset).thenComparingLong(TensorInfo::length))
            .toList();
    for (TensorInfo tensor : sorted) {
      String name = "tensor " + Problems.quote(tensor.name());
      if (tensor.offset() != end) {
        String kind = tensor.offset() > end ? "leaves a hole after " : "overlaps ";
        throw Problems.badInput(
            where,
            name
                + " starts at byte "
                + (tensor.offset() - dataOffset)
                + " of the data and "
                + kind
                + previous
                + ", which ends at "
                + (end - dataOffset)
                + REMEDY);
      }
      end = tensor.offset() + tensor.length();
      if (end > fileLength) {
        throw Problems.badInput(
            where,
            name + " ends at byte " + end + ", past the file's end at " + fileLength + REMEDY);
      }
      previous = name;
    }
    if (end != fileLength) {
      throw Problems.badInput(
          where,
          (fileLength - end)
              + " bytes follow "
              + previous
              + ", the last tensor must end the file"
              + REMEDY);
    }
  }
}
