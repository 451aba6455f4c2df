package io.github.trawl.decomposition;

import io.github.trawl.linalg.DoubleMatrix;
import io.github.trawl.linalg.FloatMatrix;
import io.github.trawl.tensor.TensorBlock;
import java.util.Objects;

/** The slices of a block, in any format, one below the other: K·I × J. */
final class UnfoldedBlock implements WidenedMatrix {
  private final TensorBlock block;

  UnfoldedBlock(TensorBlock block) {
    this.block = block;
  }

  @Override
  public int rows() {
    return Math.multiplyExact(block.depth(), block.rows());
  }

  @Override
  public int columns() {
    return block.columns();
  }

  @Override
  public void read(int rowStart, int columnStart, DoubleMatrix target) {
    Objects.checkFromIndexSize(rowStart, target.rows(), rows());
    int done = 0;
    while (done < target.rows()) {
      int row = (rowStart + done) % block.rows();
      int count = Math.min(block.rows() - row, target.rows() - done);
      try (FloatMatrix panel =
          block.panel(
              (rowStart + done) / block.rows(), row, count, columnStart, target.columns())) {
        new FactorLoops(count, target.columns()).widen(panel, target.rowRange(done, count));
      }
      done += count;
    }
  }
}
