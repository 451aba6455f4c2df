package io.github.trawl.tensor;

import io.github.trawl.linalg.FloatMatrix;
import io.github.trawl.linalg.OffHeapMemory;
import java.io.Serializable;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Where the values of a tensor come from. Reading the same rows twice gives the same bits, so a
 * block that was lost can be read again.
 */
public interface TensorSource extends Serializable {
  /** The number of slices, K. */
  int depth();

  /** The number of rows of a slice, I. */
  int rows();

  /** The number of columns of a slice, J. */
  int columns();

  /**
   * Writes {@code rowCount} rows of slice {@code slice}, from {@code rowStart} on, to {@code
   * target}, row by row, and advances the buffer.
   */
  void read(int slice, int rowStart, int rowCount, FloatBuffer target);

  /** Returns the narrowest format that represents every value exactly. */
  default ValueFormat format() {
    return ValueFormat.FLOAT32;
  }

  /**
   * Reads {@code rowCount} rows of every slice, from {@code rowStart} on, into a block that the
   * caller closes.
   *
   * @param format how the values are kept: float32, or the source's own {@link #format()}
   * @throws IllegalStateException if {@link #read} wrote fewer values than it was asked for
   */
  default TensorBlock load(int rowStart, int rowCount, ValueFormat format, OffHeapMemory memory) {
    TensorBlock block =
        TensorBlock.allocate(memory, format, rowStart, depth(), rowCount, columns());
    try {
      for (int slice = 0; slice < depth(); slice++) {
        if (format == ValueFormat.FLOAT32) {
          read(slice, rowStart, block.slice(slice));
        } else {
          readInPieces(slice, rowStart, block, memory);
        }
      }
      return block;
    } catch (RuntimeException | Error e) {
      block.close();
      throw e;
    }
  }

  /**
   * Reads several blocks of consecutive rows, which the caller closes. A source may override this
   * to read all of them in one pass over its files.
   *
   * @param rowStarts the first row of each block, and one past the last row of the last
   * @return a block for each range of rows
   */
  default List<TensorBlock> load(int[] rowStarts, ValueFormat format, OffHeapMemory memory) {
    List<TensorBlock> blocks = new ArrayList<>();
    try {
      for (int i = 0; i + 1 < rowStarts.length; i++) {
        blocks.add(load(rowStarts[i], rowStarts[i + 1] - rowStarts[i], format, memory));
      }
      return blocks;
    } catch (RuntimeException | Error e) {
      blocks.forEach(TensorBlock::close);
      throw e;
    }
  }

  /**
   * Returns how tasks read the tensor together; empty if each task can read its own rows without
   * reading much else.
   *
   * @param rowStarts the first row of each task, and one past the last row of the last
   */
  default Optional<TensorExchange> exchange(int[] rowStarts) {
    return Optional.empty();
  }

  /**
   * Reads rows as {@link #load(int, int, ValueFormat, OffHeapMemory)} does, into a float32 block.
   */
  default TensorBlock load(int rowStart, int rowCount, OffHeapMemory memory) {
    return load(rowStart, rowCount, ValueFormat.FLOAT32, memory);
  }

  private void read(int slice, int rowStart, FloatMatrix target) {
    // A buffer holds at most 2 GiB; pieces of 1 GiB stay below that.
    Panels pieces = Panels.ofAtMost(target.rows(), Math.max(1, (1 << 28) / columns()));
    for (int piece = 0; piece < pieces.count(); piece++) {
      int start = pieces.start(piece);
      int count = pieces.size(piece);
      FloatBuffer values = target.span(start, 0, count * columns());
      read(slice, rowStart + start, count, values);
      if (values.hasRemaining()) {
        throw new IllegalStateException(
            "%d values are missing of slice %d, rows %d to %d"
                .formatted(
                    values.remaining(), slice, rowStart + start, rowStart + start + count - 1));
      }
    }
  }

  /**
   * Reads and narrows a float32 piece of about 16 MiB at a time. It has an even number of rows,
   * since {@link TensorBlock#setRows} must begin at an even one.
   */
  private void readInPieces(int slice, int rowStart, TensorBlock block, OffHeapMemory memory) {
    int piece = 2 * Math.max(1, (1 << 21) / columns());
    for (int start = 0; start < block.rows(); start += piece) {
      int count = Math.min(piece, block.rows() - start);
      try (FloatMatrix values = memory.floatScratch(count, columns())) {
        read(slice, rowStart + start, values);
        block.setRows(slice, start, values);
      }
    }
  }
}
