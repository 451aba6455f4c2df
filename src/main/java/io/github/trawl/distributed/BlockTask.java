package io.github.trawl.distributed;

import io.github.trawl.decomposition.CpBatch;
import io.github.trawl.decomposition.CpKernels;
import io.github.trawl.decomposition.CpStart;
import io.github.trawl.decomposition.NormalEquations;
import io.github.trawl.decomposition.Sums;
import io.github.trawl.linalg.BlasProvider;
import io.github.trawl.linalg.FloatMatrix;
import io.github.trawl.linalg.OffHeapMemory;
import io.github.trawl.spark.ExecutorMemory;
import io.github.trawl.tensor.Panels;
import io.github.trawl.tensor.TensorBlock;
import io.github.trawl.tensor.TensorExchange;
import io.github.trawl.tensor.TensorSource;
import java.io.Serializable;
import java.util.Iterator;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.apache.spark.TaskContext;
import org.apache.spark.util.TaskCompletionListener;
import scala.Tuple2;

/**
 * What tasks do with the blocks of their range; broadcast once a solve.
 *
 * @param id of the solve, larger for a later one
 * @param exchange how tasks read the tensor together; null if each reads its own rows
 * @param grid the row blocks
 * @param columnPanels the panels of columns that B is solved by
 * @param memoryLimit bytes of off-heap memory that a process may use
 */
record BlockTask(
    long id,
    TensorSource source,
    TensorExchange exchange,
    Panels grid,
    Panels columnPanels,
    long memoryLimit)
    implements Serializable {

  /**
   * Reads the blocks of a task, unless they are on this executor.
   *
   * @param task index of the task
   * @param pieces what readers have for it, asked for only if it has to be read; empty if the
   *     tensor is not exchanged
   */
  void load(int task, BlockRange range, Supplier<Iterator<byte[]>> pieces) {
    ResidentBlocks.of(id)
        .load(
            range,
            memory(),
            () ->
                exchange == null
                    ? source.load(range.rowStarts(grid), source.format(), memory())
                    : exchange.load(
                        task, range.rowStarts(grid), pieces.get(), source.format(), memory()));
  }

  /** What a reader of an exchanged tensor has for each task. */
  Iterator<Tuple2<Integer, byte[]>> read(int reader) {
    TensorExchange.Pieces pieces = exchange.read(reader);
    TaskCompletionListener closing = context -> pieces.close();
    TaskContext.get().addTaskCompletionListener(closing);
    return new Iterator<>() {
      @Override
      public boolean hasNext() {
        return pieces.hasNext();
      }

      @Override
      public Tuple2<Integer, byte[]> next() {
        TensorExchange.Piece piece = pieces.next();
        return new Tuple2<>(piece.task(), piece.bytes());
      }
    };
  }

  /** The squared norms, summed over subtrees of the blocks. */
  List<TreeSum.Part<Double>> squaredNorms(BlockRange range) {
    TreeSum<Double> sum = new TreeSum<>(Double::sum);
    for (int index = range.start(); index < range.end(); index++) {
      sum.addLeaf(index, block(index).squaredNorm());
    }
    return sum.parts();
  }

  /** The first pass: leaves the blocks' rows of A on this executor, returns their sums. */
  List<RowResult> solveRows(BlockRange range, IterationInput input, ColumnSource columns) {
    List<Integer> indices = IntStream.range(range.start(), range.end()).boxed().toList();
    return solveRows(
        indices,
        input,
        columns,
        (copy, sums) ->
            sums.parts().stream()
                .map(part -> new RowResult(part, part.place().isFirst() ? copy.grams() : null))
                .toList());
  }

  /**
   * The second pass: for each panel of columns, the MTTKRP summed over subtrees of the blocks.
   *
   * @param members those of the input's batch that go on
   * @param sliceFactor C of these members
   */
  Iterator<Tuple2<Integer, ColumnPartial>> columnMttkrp(
      BlockRange range,
      IterationInput input,
      ColumnSource columns,
      List<Integer> members,
      float[] sliceFactor) {
    restoreRows(range, input, columns);
    CpBatch batch = input.batch().select(members);
    TreeSum<float[][]> sums = new TreeSum<>(ColumnPartial::add);
    for (int index = range.start(); index < range.end(); index++) {
      sums.addLeaf(
          index,
          block(index)
              .withRows(
                  input, members, (block, rows) -> columnMttkrp(batch, block, rows, sliceFactor)));
    }
    return sums.parts().stream()
        .flatMap(
            part ->
                IntStream.range(0, columnPanels.count())
                    .mapToObj(
                        panel ->
                            new Tuple2<>(
                                panel, new ColumnPartial(part.place(), part.sum()[panel]))))
        .iterator();
  }

  /** A block's MTTKRP of each panel of columns. */
  private float[][] columnMttkrp(
      CpBatch batch, TensorBlock block, FloatMatrix rows, float[] sliceFactor) {
    CpKernels kernels = new CpKernels(BlasProvider.blas(), memory());
    float[][] partials = new float[columnPanels.count()][];
    try (FloatMatrix scaledRows = kernels.scaledRows(batch, rows, sliceFactor)) {
      for (int panel = 0; panel < partials.length; panel++) {
        try (FloatMatrix mttkrp =
            kernels.columnMttkrp(
                batch, block, scaledRows, columnPanels.start(panel), columnPanels.size(panel))) {
          partials[panel] = mttkrp.columnRange(0, batch.width()).toArray();
        }
      }
    }
    return partials;
  }

  /** The rows of the factor A of one member: the first row of each block, and the values. */
  Iterator<Tuple2<Integer, float[]>> rowFactor(
      BlockRange range, IterationInput input, ColumnSource columns, int member) {
    restoreRows(range, input, columns);
    CpBatch batch = input.batch();
    List<Integer> all = IntStream.range(0, batch.size()).boxed().toList();
    return IntStream.range(range.start(), range.end())
        .mapToObj(
            index ->
                new Tuple2<>(
                    grid.start(index),
                    block(index)
                        .withRows(
                            input,
                            all,
                            (block, rows) ->
                                rows.columnRange(batch.offset(member), batch.rank(member))
                                    .toArray())))
        .iterator();
  }

  /** Solves those rows of A again that are not on this executor, as after the loss of another. */
  private void restoreRows(BlockRange range, IterationInput input, ColumnSource columns) {
    List<Integer> missing =
        IntStream.range(range.start(), range.end())
            .filter(index -> !block(index).hasRows(input))
            .boxed()
            .toList();
    if (!missing.isEmpty()) {
      solveRows(missing, input, columns, (copy, sums) -> null);
    }
  }

  private <T> T solveRows(
      List<Integer> indices,
      IterationInput input,
      ColumnSource columns,
      BiFunction<ColumnCopy, TreeSum<CpKernels.RowSums>, T> result) {
    return ResidentBlocks.of(id)
        .withColumns(
            input,
            () -> columnCopy(input, columns),
            copy -> {
              TreeSum<CpKernels.RowSums> sums = rowSums();
              indices.forEach(index -> sums.addLeaf(index, block(index).solveRows(input, copy)));
              return result.apply(copy, sums);
            });
  }

  static TreeSum<CpKernels.RowSums> rowSums() {
    return new TreeSum<>((left, right) -> Sums.ofRows(List.of(left, right)));
  }

  private ColumnCopy columnCopy(IterationInput input, ColumnSource columns) {
    CpBatch batch = input.batch();
    FloatMatrix factor = memory().floats(source.columns(), batch.width());
    try {
      if (input.isStart()) {
        for (int panel = 0; panel < columnPanels.count(); panel++) {
          int start = columnPanels.start(panel);
          int count = columnPanels.size(panel);
          factor.rowRange(start, count).copyFrom(CpStart.columnFactor(batch, start, count));
        }
        return new ColumnCopy(factor, null, null);
      }
      TreeSum<double[][]> sum = new TreeSum<>((left, right) -> Sums.of(List.of(left, right)));
      columns.forEach(
          panel -> {
            int index = panel.index();
            factor
                .rowRange(columnPanels.start(index), columnPanels.size(index))
                .copyFrom(panel.rows());
            sum.addLeaf(index, panel.grams(batch, memoryLimit));
          });
      double[][] grams = sum.total();
      return new ColumnCopy(
          factor,
          grams,
          NormalEquations.of(BlasProvider.blas(), memory(), grams, input.sliceGrams()));
    } catch (RuntimeException | Error e) {
      factor.close();
      throw e;
    }
  }

  private ResidentBlock block(int index) {
    return ResidentBlocks.of(id).block(index);
  }

  private OffHeapMemory memory() {
    return ExecutorMemory.limitedTo(memoryLimit);
  }
}
