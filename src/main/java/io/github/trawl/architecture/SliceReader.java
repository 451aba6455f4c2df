package io.github.trawl.architecture;

import io.github.trawl.ErrorCategory;
import io.github.trawl.TrawlException;
import io.github.trawl.checkpoint.ShardReader;
import io.github.trawl.checkpoint.TensorInfo;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.util.List;
import java.util.Objects;

/**
 * Reads rows of a logical matrix from the shard that stores it.
 *
 * <p>The stored tensor is read in the order of the file. Whatever the size and layout of the
 * tensor, scratch memory stays below 16 MiB for a local file and 48 MiB for a remote one.
 */
public final class SliceReader {
  private SliceReader() {}

  /**
   * Reads rows {@code rowStart} to {@code rowStart + rowCount - 1} of {@code slice}, row-major.
   *
   * @param shard the open shard that holds the slice's tensor
   * @param slice the matrix
   * @param rowStart first row
   * @param rowCount number of rows
   * @param target where the values go, {@code rowCount · columns} of them from its position on; the
   *     position moves past them
   * @throws TrawlException of category {@code BAD_INPUT} if a value is NaN or infinite, or the
   *     tensor's dtype is not a floating-point type that can be decoded
   */
  public static void read(
      ShardReader shard, WeightSlice slice, int rowStart, int rowCount, FloatBuffer target) {
    readRows(shard::readRanges, slice, rowStart, rowCount, target);
  }

  static void read(
      ByteSource source, WeightSlice slice, int rowStart, int rowCount, FloatBuffer target) {
    readRows(
        (ranges, visitor) -> {
          for (int i = 0; i < ranges.size(); i++) {
            ByteBuffer bytes = ByteBuffer.allocate(ranges.get(i).length());
            source.readFully(ranges.get(i).position(), bytes);
            visitor.accept(i, bytes.flip());
          }
        },
        slice,
        rowStart,
        rowCount,
        target);
  }

  private static void readRows(
      SliceReads.RangeSource source,
      WeightSlice slice,
      int rowStart,
      int rowCount,
      FloatBuffer target) {
    Objects.checkFromIndexSize(rowStart, rowCount, slice.rows());
    int width = slice.columns();
    long elements = (long) rowCount * width;
    if (target.remaining() < elements) {
      throw new IllegalArgumentException(
          "%d elements do not fit in a buffer of %d".formatted(elements, target.remaining()));
    }
    requireDecodable(slice.tensor());
    if (elements == 0) {
      return;
    }
    FloatBuffer matrix = target.slice();
    TileDecoder decoder =
        new TileDecoder(
            (index, row, column, rows, columns, values) -> {
              for (int i = 0; i < rows; i++) {
                matrix.put((row - rowStart + i) * width + column, values, i * columns, columns);
              }
            });
    MatrixPart part = MatrixPart.rows(0, slice, rowStart, rowStart + rowCount);
    SliceReads.forEach(
        source,
        List.of(new TensorReads(slice.tensor(), List.of(part))),
        (reads, read, bytes) -> reads.decode(read, bytes, decoder));
    target.position(target.position() + (int) elements);
  }

  /** Refuses tensors whose dtype cannot be decoded to float32. */
  static void requireDecodable(TensorInfo tensor) {
    if (!tensor.dtype().isDecodable()) {
      throw new TrawlException(
          ErrorCategory.BAD_INPUT,
          "%s: tensor %s is %s; only F32, F16, BF16 and F64 matrices can be decomposed, leave it out or convert it"
              .formatted(tensor.file(), tensor.name(), tensor.dtype()));
    }
  }
}
