package io.github.trawl.decomposition;

import io.github.trawl.linalg.DoubleMatrix;
import io.github.trawl.linalg.FloatMatrix;
import java.util.List;
import java.util.Objects;

/**
 * One matrix made of equally shaped float32 blocks, read as float64 a part at a time. With the K
 * slices of I×J of a tensor as blocks, it is the unfolding along the rows, I × K·J, or the
 * transpose of that along the columns, K·I × J, without a copy of the values.
 */
final class BlockMatrix implements WidenedMatrix {
  private final List<FloatMatrix> blocks;
  private final boolean stacked;
  private final int blockRows;
  private final int blockColumns;

  private BlockMatrix(List<FloatMatrix> blocks, boolean stacked) {
    this.blocks = List.copyOf(blocks);
    this.stacked = stacked;
    this.blockRows = blocks.get(0).rows();
    this.blockColumns = blocks.get(0).columns();
  }

  /** The K blocks of I×J one below the other: K·I × J. */
  static BlockMatrix stacked(List<FloatMatrix> blocks) {
    return new BlockMatrix(blocks, true);
  }

  /** The K blocks of I×J side by side: I × K·J. */
  static BlockMatrix sideBySide(List<FloatMatrix> blocks) {
    return new BlockMatrix(blocks, false);
  }

  @Override
  public int rows() {
    return stacked ? Math.multiplyExact(blocks.size(), blockRows) : blockRows;
  }

  @Override
  public int columns() {
    return stacked ? blockColumns : Math.multiplyExact(blocks.size(), blockColumns);
  }

  @Override
  public void read(int rowStart, int columnStart, DoubleMatrix target) {
    Objects.checkFromIndexSize(rowStart, target.rows(), rows());
    Objects.checkFromIndexSize(columnStart, target.columns(), columns());
    float[] source = new float[target.columns()];
    double[] converted = new double[target.columns()];
    for (int i = 0; i < target.rows(); i++) {
      readRow(rowStart + i, columnStart, source);
      for (int j = 0; j < source.length; j++) {
        converted[j] = source[j];
      }
      target.write(i, 0, converted, 0, converted.length);
    }
  }

  private void readRow(int row, int columnStart, float[] target) {
    if (stacked) {
      blocks.get(row / blockRows).read(row % blockRows, columnStart, target, 0, target.length);
      return;
    }
    int done = 0;
    while (done < target.length) {
      int column = (columnStart + done) % blockColumns;
      int count = Math.min(blockColumns - column, target.length - done);
      blocks.get((columnStart + done) / blockColumns).read(row, column, target, done, count);
      done += count;
    }
  }
}
