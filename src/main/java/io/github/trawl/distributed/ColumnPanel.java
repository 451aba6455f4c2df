package io.github.trawl.distributed;

import io.github.trawl.decomposition.CpBatch;
import io.github.trawl.decomposition.CpKernels;
import io.github.trawl.decomposition.NormalEquations;
import io.github.trawl.linalg.BlasProvider;
import io.github.trawl.linalg.FloatMatrix;
import io.github.trawl.linalg.OffHeapMemory;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import scala.Tuple2;

/**
 * The solved rows of B of one panel of columns.
 *
 * @param index the panel
 * @param rows count×W
 * @param grams BᵀB of the panel, R·R values a member
 */
@SuppressWarnings("ArrayRecordComponent") // A message, read once.
record ColumnPanel(int index, float[] rows, double[][] grams) implements Serializable {

  /** Sums the blocks' partial MTTKRPs in block order and solves. */
  static ColumnPanel solve(
      CpBatch batch,
      int index,
      Iterable<Tuple2<Integer, float[]>> partials,
      NormalEquations system,
      long memoryLimit) {
    List<Tuple2<Integer, float[]>> ordered = new ArrayList<>();
    partials.forEach(ordered::add);
    // The shuffle hands over what arrived first; sums in that order would differ between runs.
    ordered.sort(Comparator.comparingInt(Tuple2::_1));
    float[] mttkrp = new float[ordered.get(0)._2.length];
    for (Tuple2<Integer, float[]> partial : ordered) {
      float[] values = partial._2;
      for (int i = 0; i < mttkrp.length; i++) {
        mttkrp[i] += values[i];
      }
    }
    int count = mttkrp.length / batch.width();
    OffHeapMemory memory = ExecutorMemory.limitedTo(memoryLimit);
    try (FloatMatrix right = memory.floatScratch(count, batch.width());
        FloatMatrix solution = memory.floatScratch(count, batch.width())) {
      right.copyFrom(mttkrp);
      double[][] grams =
          new CpKernels(BlasProvider.blas(), memory).solveColumns(batch, right, system, solution);
      return new ColumnPanel(index, solution.toArray(), grams);
    }
  }
}
