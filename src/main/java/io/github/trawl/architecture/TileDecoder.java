package io.github.trawl.architecture;

import io.github.trawl.ErrorCategory;
import io.github.trawl.TrawlException;
import io.github.trawl.architecture.StoredAxis.Run;
import io.github.trawl.checkpoint.FloatCodec;
import io.github.trawl.checkpoint.FloatOverflowException;
import io.github.trawl.checkpoint.TensorInfo;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;

/**
 * Decodes bytes of stored tensors to tiles of logical matrices. Its scratch memory is 2 MiB. Not
 * safe for use by several threads.
 */
final class TileDecoder {
  private static final int TILE_ELEMENTS = 1 << 18;

  /**
   * A tile to be transposed has at least this many stored rows, if the rectangle has them, and so
   * fewer columns. Stored rows become columns of the transposed tile, whose rows are then long
   * enough for the sink to copy them efficiently.
   */
  private static final int TRANSPOSED_ROWS = 512;

  private final MatrixSink sink;
  private final float[] values = new float[TILE_ELEMENTS];
  private final float[] transposed = new float[TILE_ELEMENTS];

  TileDecoder(MatrixSink sink) {
    this.sink = sink;
  }

  /**
   * Decodes a rectangle of a stored tensor and passes it to the sink tile by tile, transposed if
   * the tensor stores the transpose of the logical matrix.
   *
   * @param matrix index of the matrix, passed on to the sink
   * @param slice the logical matrix
   * @param rows the rectangle's indices along the first dimension of the stored tensor
   * @param columns its indices along the last dimension
   * @param bytes the bytes that hold the rectangle
   * @param offset offset of its first element in {@code bytes}
   * @param stride bytes from the start of a row to that of the next in {@code bytes}
   * @throws TrawlException if a value is not finite or does not fit in float32
   */
  void decode(
      int matrix,
      WeightSlice slice,
      Run rows,
      Run columns,
      ByteBuffer bytes,
      int offset,
      int stride) {
    int elementBytes = StoredRead.elementBytes(slice.tensor());
    boolean storedTransposed = slice.layout().isStoredTransposed();
    int minRows = storedTransposed ? Math.min(rows.length(), TRANSPOSED_ROWS) : 1;
    int tileColumns = Math.min(columns.length(), TILE_ELEMENTS / minRows);
    int tileRows = Math.min(rows.length(), TILE_ELEMENTS / tileColumns);
    for (int row = 0; row < rows.length(); row += tileRows) {
      for (int column = 0; column < columns.length(); column += tileColumns) {
        Run someRows = rows.part(row, tileRows);
        Run someColumns = columns.part(column, tileColumns);
        fill(
            slice.tensor(),
            someRows,
            someColumns,
            bytes,
            offset + row * stride + column * elementBytes,
            stride);
        passToSink(matrix, storedTransposed, someRows, someColumns);
      }
    }
  }

  private void fill(
      TensorInfo tensor, Run rows, Run columns, ByteBuffer bytes, int offset, int stride) {
    int width = columns.length() * StoredRead.elementBytes(tensor);
    int count = rows.length() * columns.length();
    FloatBuffer target = FloatBuffer.wrap(values, 0, count);
    int decoded = 0;
    try {
      if (width == stride) {
        FloatCodec.decode(
            tensor.dtype(), Tiles.littleEndian(bytes, offset, rows.length() * width), target);
      } else {
        for (; decoded < rows.length(); decoded++) {
          FloatCodec.decode(
              tensor.dtype(), Tiles.littleEndian(bytes, offset + decoded * stride, width), target);
        }
      }
    } catch (FloatOverflowException e) {
      long element = (long) decoded * columns.length() + e.elementIndex();
      throw new TrawlException(
          ErrorCategory.BAD_INPUT,
          "%s: %s; leave this matrix out or repair the checkpoint"
              .formatted(
                  Tiles.element(
                      tensor,
                      rows.stored() + element / columns.length(),
                      columns.stored() + element % columns.length()),
                  e.reason()),
          e);
    }
    int bad = Tiles.firstNonFinite(values, count);
    if (bad >= 0) {
      throw new TrawlException(
          ErrorCategory.BAD_INPUT,
          "%s is %s, not a finite float32; leave this matrix out or repair the checkpoint"
              .formatted(
                  Tiles.element(
                      tensor,
                      rows.stored() + bad / columns.length(),
                      columns.stored() + bad % columns.length()),
                  values[bad]));
    }
  }

  private void passToSink(int matrix, boolean storedTransposed, Run rows, Run columns) {
    if (!storedTransposed) {
      sink.put(matrix, rows.index(), columns.index(), rows.length(), columns.length(), values);
      return;
    }
    Tiles.transpose(values, rows.length(), columns.length(), transposed);
    sink.put(matrix, columns.index(), rows.index(), columns.length(), rows.length(), transposed);
  }
}
