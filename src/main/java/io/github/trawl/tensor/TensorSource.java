package io.github.trawl.tensor;

import io.github.trawl.linalg.FloatMatrix;
import io.github.trawl.linalg.OffHeapMemory;
import java.io.Serializable;
import java.nio.FloatBuffer;

/**
 * Where the values of a tensor come from. Reading the same place twice gives the same bits, so a
 * block that got lost is simply read again.
 */
public interface TensorSource extends Serializable {
  /** The number of slices, K. */
  int depth();

  /** The number of rows of a slice, I. */
  int rows();

  /** The number of columns of a slice, J. */
  int columns();

  /** Writes rows {@code rowStart} … of slice {@code slice} to {@code target}, row by row. */
  void read(int slice, int rowStart, int rowCount, FloatBuffer target);

  /** Reads rows {@code rowStart} … of every slice into a block that the caller closes. */
  default TensorBlock load(int rowStart, int rowCount, OffHeapMemory memory) {
    TensorBlock block = TensorBlock.allocate(memory, rowStart, depth(), rowCount, columns());
    try {
      // A buffer holds at most 2 GiB.
      Panels pieces = Panels.ofAtMost(rowCount, Math.max(1, (1 << 28) / columns()));
      for (int slice = 0; slice < depth(); slice++) {
        FloatMatrix values = block.slice(slice);
        for (int piece = 0; piece < pieces.count(); piece++) {
          int start = pieces.start(piece);
          int count = pieces.size(piece);
          read(slice, rowStart + start, count, values.span(start, 0, count * columns()));
        }
      }
      return block;
    } catch (RuntimeException | Error e) {
      block.close();
      throw e;
    }
  }
}
