package io.github.trawl.ml;

import io.github.trawl.tensor.BlockFiller;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.NoSuchElementException;
import org.apache.spark.ml.linalg.SparseVector;
import org.apache.spark.ml.linalg.Vector;
import scala.Tuple2;

/**
 * Divides the rows of one partition of a data set into pieces: byte arrays, each with the index of
 * the task that is to hold its rows. For each row a piece has three ints, the index of its slice,
 * its index in the slice and {@link #DENSE}, then its values in float32; for a sparse vector the
 * third int is the number of given values, and each follows its index.
 */
final class RowPieces implements Iterator<Tuple2<Integer, byte[]>> {
  /** The size in bytes at which a piece is finished, so that many short rows share one. */
  private static final int FULL_BYTES = 1 << 16;

  private static final int DENSE = -1;

  private final Iterator<TensorRow> rows;
  private final TensorIndex index;
  private final Map<String, Integer> sliceIndices = new HashMap<>();
  private final int[] rowStarts;
  private final Map<Integer, ByteArrayOutputStream> unfinishedPieces = new HashMap<>();
  private final Deque<Tuple2<Integer, byte[]>> finishedPieces = new ArrayDeque<>();

  /**
   * @param rows the rows of one partition; those that are not in {@code index} are left out
   * @param rowStarts the first row of each task, and one past the last row of the last
   */
  RowPieces(Iterator<TensorRow> rows, TensorIndex index, int[] rowStarts) {
    this.rows = rows;
    this.index = index;
    this.rowStarts = rowStarts;
    index.slices().forEach(label -> sliceIndices.put(label, sliceIndices.size()));
  }

  @Override
  public boolean hasNext() {
    while (finishedPieces.isEmpty() && rows.hasNext()) {
      add(rows.next());
    }
    if (finishedPieces.isEmpty() && !unfinishedPieces.isEmpty()) {
      unfinishedPieces.forEach(
          (task, bytes) -> finishedPieces.add(new Tuple2<>(task, bytes.toByteArray())));
      unfinishedPieces.clear();
    }
    return !finishedPieces.isEmpty();
  }

  @Override
  public Tuple2<Integer, byte[]> next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    return finishedPieces.remove();
  }

  private void add(TensorRow row) {
    if (row.fault().isPresent()) {
      return;
    }
    Integer slice = sliceIndices.get(row.slice());
    int rowIndex = index.rowIndex(row.row());
    if (slice == null || rowIndex < 0) {
      return;
    }
    if (row.features().size() != index.width()) {
      throw RowSupply.changed(
          "slice '%s', row %d has %d features instead of %d"
              .formatted(row.slice(), row.row(), row.features().size(), index.width()),
          null);
    }
    int found = Arrays.binarySearch(rowStarts, rowIndex);
    // If the row is not the first of a task, binarySearch returns −(the next task's index) − 1.
    int task = found < 0 ? -found - 2 : found;
    ByteArrayOutputStream bytes =
        unfinishedPieces.computeIfAbsent(task, key -> new ByteArrayOutputStream());
    bytes.writeBytes(bytes(slice, rowIndex, row.features()));
    if (bytes.size() >= FULL_BYTES) {
      finishedPieces.add(new Tuple2<>(task, bytes.toByteArray()));
      unfinishedPieces.remove(task);
    }
  }

  private static byte[] bytes(int slice, int rowIndex, Vector features) {
    if (features instanceof SparseVector sparse) {
      int count = sparse.indices().length;
      ByteBuffer bytes = ByteBuffer.allocate(4 * (3 + 2 * count));
      bytes.putInt(slice).putInt(rowIndex).putInt(count);
      for (int i = 0; i < count; i++) {
        bytes.putInt(sparse.indices()[i]).putFloat((float) sparse.values()[i]);
      }
      return bytes.array();
    }
    ByteBuffer bytes = ByteBuffer.allocate(4 * (3 + features.size()));
    bytes.putInt(slice).putInt(rowIndex).putInt(DENSE);
    for (int column = 0; column < features.size(); column++) {
      bytes.putFloat((float) features.apply(column));
    }
    return bytes.array();
  }

  /**
   * Puts the rows of {@code pieces}, all of one task, into the blocks of that task.
   *
   * @param width the number of columns
   */
  static void put(Iterator<byte[]> pieces, int width, BlockFiller blocks) {
    float[] values = new float[width];
    while (pieces.hasNext()) {
      ByteBuffer bytes = ByteBuffer.wrap(pieces.next());
      while (bytes.hasRemaining()) {
        int slice = bytes.getInt();
        int row = bytes.getInt();
        int count = bytes.getInt();
        if (count == DENSE) {
          bytes.asFloatBuffer().get(values);
          bytes.position(bytes.position() + 4 * width);
        } else {
          Arrays.fill(values, 0);
          for (int i = 0; i < count; i++) {
            int column = bytes.getInt();
            values[column] = bytes.getFloat();
          }
        }
        blocks.put(slice, row, 0, 1, width, values);
      }
    }
  }
}
