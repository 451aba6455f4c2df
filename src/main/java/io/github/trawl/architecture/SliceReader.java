package io.github.trawl.architecture;

import io.github.trawl.ErrorCategory;
import io.github.trawl.TrawlException;
import io.github.trawl.architecture.StoredAxis.Run;
import io.github.trawl.checkpoint.FloatCodec;
import io.github.trawl.checkpoint.ShardReader;
import io.github.trawl.checkpoint.TensorInfo;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.util.List;
import java.util.Objects;

/**
 * Reads rows of a logical matrix from the shard that stores it.
 *
 * <p>The stored tensor is read in tiles by positioned reads, in the order of the file. However
 * large the tensor and whatever the layout, scratch memory stays below 16 MiB.
 */
public final class SliceReader {
  private static final int TILE_ELEMENTS = 1 << 20;
  private static final int SCRATCH_BYTES = 8 << 20;

  /**
   * Bytes between two wanted pieces that are read along rather than skipped: a further positioned
   * read costs more than that many bytes on every storage but memory.
   */
  private static final int LARGEST_GAP = 32 << 10;

  private final ByteSource source;
  private final WeightSlice slice;
  private final int rowStart;
  private final FloatBuffer target;
  private final float[] values;
  private final float[] turned;
  private final ByteBuffer bytes;

  private SliceReader(
      ByteSource source, WeightSlice slice, int rowStart, int rowCount, FloatBuffer target) {
    this.source = source;
    this.slice = slice;
    this.rowStart = rowStart;
    this.target = target;
    long elements = (long) rowCount * slice.columns();
    this.values = new float[(int) Math.min(TILE_ELEMENTS, elements)];
    this.turned = new float[slice.layout().isCrossed() ? values.length : 0];
    this.bytes = ByteBuffer.allocate((int) Math.min(SCRATCH_BYTES, slice.tensor().length()));
  }

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
    read(shard::readFully, slice, rowStart, rowCount, target);
  }

  static void read(
      ByteSource source, WeightSlice slice, int rowStart, int rowCount, FloatBuffer target) {
    Objects.checkFromIndexSize(rowStart, rowCount, slice.rows());
    long elements = (long) rowCount * slice.columns();
    if (target.remaining() < elements) {
      throw new IllegalArgumentException(
          "%d elements do not fit in a buffer of %d".formatted(elements, target.remaining()));
    }
    requireDecodable(slice.tensor());
    if (elements > 0) {
      new SliceReader(source, slice, rowStart, rowCount, target.slice()).readRows(rowCount);
    }
    target.position(target.position() + (int) elements);
  }

  /** Refuses tensors whose values have no float32 form. */
  static void requireDecodable(TensorInfo tensor) {
    if (!tensor.dtype().isDecodable()) {
      throw new TrawlException(
          ErrorCategory.BAD_INPUT,
          "%s: tensor %s is %s; only F32, F16, BF16 and F64 matrices can be decomposed, leave it out or convert it"
              .formatted(tensor.file(), tensor.name(), tensor.dtype()));
    }
  }

  private void readRows(int rowCount) {
    MatrixLayout layout = slice.layout();
    int rowEnd = rowStart + rowCount;
    boolean crossed = layout.isCrossed();
    List<Run> rowRuns =
        layout.storedRows().runs(crossed ? 0 : rowStart, crossed ? slice.columns() : rowEnd);
    List<Run> columnRuns =
        layout.storedColumns().runs(crossed ? rowStart : 0, crossed ? rowEnd : slice.columns());
    for (Run rows : rowRuns) {
      for (Run columns : columnRuns) {
        readRectangle(rows, columns);
      }
    }
  }

  private void readRectangle(Run rows, Run columns) {
    int elementBytes = slice.tensor().dtype().bits() / Byte.SIZE;
    long stride = slice.storedWidth() * elementBytes;
    int tileColumns = Math.min(columns.length(), values.length);
    boolean spanned = stride - (long) tileColumns * elementBytes <= LARGEST_GAP;
    long rowCost = spanned ? stride : (long) tileColumns * elementBytes;
    long byteRows = bytes.capacity() / rowCost;
    int tileRows =
        (int) Math.max(1, Math.min(rows.length(), Math.min(byteRows, values.length / tileColumns)));
    for (int row = 0; row < rows.length(); row += tileRows) {
      for (int column = 0; column < columns.length(); column += tileColumns) {
        Tile tile =
            new Tile(
                rows.index() + row,
                rows.stored() + row,
                Math.min(tileRows, rows.length() - row),
                columns.index() + column,
                columns.stored() + column,
                Math.min(tileColumns, columns.length() - column));
        load(tile, spanned);
        deposit(tile);
      }
    }
  }

  private void load(Tile tile, boolean spanned) {
    TensorInfo tensor = slice.tensor();
    int elementBytes = tensor.dtype().bits() / Byte.SIZE;
    int width = tile.columns * elementBytes;
    long stride = slice.storedWidth() * elementBytes;
    long position =
        tensor.offset() + tile.storedRow * stride + (long) tile.storedColumn * elementBytes;
    FloatBuffer decoded = FloatBuffer.wrap(values);
    if (!spanned) {
      for (int row = 0; row < tile.rows; row++) {
        source.readFully(
            position + row * stride, bytes.clear().position(row * width).limit((row + 1) * width));
      }
      decode(tile, 0, tile.rows * width, decoded.limit(tile.rows * tile.columns));
    } else {
      source.readFully(
          position, bytes.clear().limit(Math.toIntExact((tile.rows - 1) * stride + width)));
      if (stride == width) {
        decode(tile, 0, tile.rows * width, decoded.limit(tile.rows * tile.columns));
      } else {
        for (int row = 0; row < tile.rows; row++) {
          decoded.limit((row + 1) * tile.columns).position(row * tile.columns);
          decode(tile, (int) (row * stride), width, decoded);
        }
      }
    }
    int bad = Tiles.firstNonFinite(values, tile.rows * tile.columns);
    if (bad >= 0) {
      throw new TrawlException(
          ErrorCategory.BAD_INPUT,
          "%s is %s, not a finite float32; leave this matrix out or repair the checkpoint"
              .formatted(
                  Tiles.element(
                      tensor,
                      tile.storedRow + bad / tile.columns,
                      tile.storedColumn + bad % tile.columns),
                  values[bad]));
    }
  }

  private void decode(Tile tile, int offset, int length, FloatBuffer decoded) {
    TensorInfo tensor = slice.tensor();
    try {
      FloatCodec.decode(tensor.dtype(), Tiles.littleEndian(bytes, offset, length), decoded);
    } catch (ArithmeticException e) {
      throw new TrawlException(
          ErrorCategory.BAD_INPUT,
          "%s: tensor %s, rows %d to %d: %s; leave this matrix out or repair the checkpoint"
              .formatted(
                  tensor.file(),
                  tensor.name(),
                  tile.storedRow,
                  tile.storedRow + tile.rows - 1,
                  e.getMessage()),
          e);
    }
  }

  private void deposit(Tile tile) {
    int width = slice.columns();
    boolean crossed = slice.layout().isCrossed();
    if (crossed) {
      Tiles.transpose(values, tile.rows, tile.columns, turned);
    }
    float[] tileValues = crossed ? turned : values;
    int rows = crossed ? tile.columns : tile.rows;
    int columns = crossed ? tile.rows : tile.columns;
    int firstRow = (crossed ? tile.columnIndex : tile.rowIndex) - rowStart;
    int firstColumn = crossed ? tile.rowIndex : tile.columnIndex;
    if (columns == width) {
      target.put(firstRow * width, tileValues, 0, rows * columns);
      return;
    }
    for (int row = 0; row < rows; row++) {
      target.put((firstRow + row) * width + firstColumn, tileValues, row * columns, columns);
    }
  }

  /** A rectangle of the stored tensor, with the logical indices of its first row and column. */
  private record Tile(
      int rowIndex, int storedRow, int rows, int columnIndex, int storedColumn, int columns) {}
}
