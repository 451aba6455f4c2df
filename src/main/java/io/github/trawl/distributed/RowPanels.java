package io.github.trawl.distributed;

import io.github.trawl.decomposition.CpKernels;
import io.github.trawl.decomposition.Sums;
import io.github.trawl.linalg.FloatMatrix;
import io.github.trawl.tensor.Panels;
import io.github.trawl.tensor.TensorBlock;
import java.util.ArrayList;
import java.util.List;

/**
 * Does the first pass over a block: solves its rows of A, panel by panel, and returns the total of
 * the panels' sums.
 */
final class RowPanels {
  private RowPanels() {}

  /** Does the pass and writes the block's rows of A, W values each, to {@code solution}. */
  static CpKernels.RowSums solve(
      CpKernels kernels,
      IterationInput input,
      TensorBlock block,
      ColumnCopy columns,
      FloatMatrix solution) {
    Panels panels = Panels.of(block.rows());
    List<CpKernels.RowSums> sums = new ArrayList<>(panels.count());
    for (int panel = 0; panel < panels.count(); panel++) {
      int start = panels.start(panel);
      int count = panels.size(panel);
      sums.add(
          kernels.solveRows(
              input.batch(),
              block,
              start,
              count,
              columns.factor(),
              input.sliceFactor(),
              columns.rowSystem(),
              solution.rowRange(start, count)));
    }
    return Sums.ofRows(sums);
  }
}
