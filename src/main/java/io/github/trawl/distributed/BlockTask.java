package io.github.trawl.distributed;

import io.github.trawl.decomposition.CpBatch;
import io.github.trawl.decomposition.CpKernels;
import io.github.trawl.linalg.BlasProvider;
import io.github.trawl.linalg.FloatMatrix;
import io.github.trawl.linalg.OffHeapMemory;
import io.github.trawl.tensor.Panels;
import io.github.trawl.tensor.TensorBlock;
import io.github.trawl.tensor.TensorSource;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import scala.Tuple2;

/**
 * What tasks do with one block; travels to the executors.
 *
 * @param id of the solve, larger for a later one
 * @param grid the row blocks
 * @param memoryLimit bytes of off-heap memory that a process may use
 */
record BlockTask(long id, TensorSource source, Panels grid, long memoryLimit)
    implements Serializable {

  double squaredNorm(int index) {
    return block(index).squaredNorm();
  }

  /** The first pass: leaves the block's rows of A on this executor, returns its share of sums. */
  CpKernels.RowSums solveRows(int index, RowUpdate update) {
    return ResidentBlocks.of(id)
        .withColumnFactor(
            update,
            source.columns(),
            memory(),
            columnFactor -> block(index).solveRows(update, columnFactor));
  }

  /**
   * The second pass: the block's partial MTTKRP of each panel of columns, with the block index.
   *
   * @param members those of the update's batch that go on
   * @param sliceFactor C of these members
   */
  List<Tuple2<Integer, Tuple2<Integer, float[]>>> columnMttkrp(
      int index,
      RowUpdate update,
      List<Integer> members,
      float[] sliceFactor,
      Panels columnPanels) {
    CpBatch batch = update.batch();
    return withRows(
        index,
        update,
        (block, rows, memory) -> {
          if (members.size() == batch.size()) {
            return columnMttkrp(index, batch, block, rows, sliceFactor, columnPanels, memory);
          }
          try (FloatMatrix kept = batch.retain(members, rows, memory)) {
            return columnMttkrp(
                index, batch.select(members), block, kept, sliceFactor, columnPanels, memory);
          }
        });
  }

  private static List<Tuple2<Integer, Tuple2<Integer, float[]>>> columnMttkrp(
      int index,
      CpBatch batch,
      TensorBlock block,
      FloatMatrix rows,
      float[] sliceFactor,
      Panels columnPanels,
      OffHeapMemory memory) {
    CpKernels kernels = new CpKernels(BlasProvider.blas(), memory);
    List<Tuple2<Integer, Tuple2<Integer, float[]>>> partials = new ArrayList<>();
    try (FloatMatrix scaledRows = kernels.scaledRows(batch, rows, sliceFactor)) {
      for (int panel = 0; panel < columnPanels.count(); panel++) {
        try (FloatMatrix mttkrp =
            kernels.columnMttkrp(
                batch, block, scaledRows, columnPanels.start(panel), columnPanels.size(panel))) {
          float[] partial = mttkrp.columnRange(0, batch.width()).toArray();
          partials.add(new Tuple2<>(panel, new Tuple2<>(index, partial)));
        }
      }
    }
    return partials;
  }

  /** The block's rows of the factor A of one member. */
  float[] rowFactor(int index, RowUpdate update, int member) {
    CpBatch batch = update.batch();
    return withRows(
        index,
        update,
        (block, rows, memory) ->
            rows.columnRange(batch.offset(member), batch.rank(member)).toArray());
  }

  private <T> T withRows(int index, RowUpdate update, ResidentBlock.RowWork<T> work) {
    ResidentBlock resident = block(index);
    if (!resident.hasRows(update)) {
      solveRows(index, update);
    }
    return resident.withRows(work);
  }

  private ResidentBlock block(int index) {
    return ResidentBlocks.of(id)
        .block(index, source, grid.start(index), grid.size(index), memory());
  }

  private OffHeapMemory memory() {
    return ExecutorMemory.limitedTo(memoryLimit);
  }
}
