package io.github.trawl.distributed;

import com.esotericsoftware.kryo.DefaultSerializer;
import com.esotericsoftware.kryo.serializers.JavaSerializer;
import io.github.trawl.decomposition.CpBatch;
import io.github.trawl.decomposition.CpKernels;
import io.github.trawl.decomposition.CpStart;
import io.github.trawl.decomposition.NormalEquations;
import io.github.trawl.decomposition.Sums;
import io.github.trawl.linalg.BlasProvider;
import io.github.trawl.linalg.FloatMatrix;
import io.github.trawl.linalg.OffHeapMemory;
import io.github.trawl.spark.ExecutorMemory;
import io.github.trawl.tensor.BlockLoader;
import io.github.trawl.tensor.Panels;
import io.github.trawl.tensor.TensorBlock;
import io.github.trawl.tensor.TensorShape;
import io.github.trawl.tensor.ValueFormat;
import java.io.Serializable;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.stream.IntStream;
import scala.Tuple2;

/**
 * The work that the tasks of a solve do on the blocks of their ranges. It is broadcast once for
 * each solve.
 *
 * @param id of the solve, unique in the driver process
 * @param shape of the tensor
 * @param format the format in which blocks keep its values
 * @param grid how the rows are cut into blocks
 * @param columnPanels the panels of columns into which B is divided
 * @param memoryLimit bytes of off-heap memory that a process may use
 */
@DefaultSerializer(JavaSerializer.class)
record BlockTask(
    long id,
    TensorShape shape,
    ValueFormat format,
    Panels grid,
    Panels columnPanels,
    long memoryLimit)
    implements Serializable {

  /**
   * Runs {@code work} with the resident blocks of this process. Blocks of the supplied range that
   * are not here are made first, and all of them stay here until the work is done.
   *
   * @param fromPieces whether blocks are made from pieces that were sent to the task: all blocks of
   *     a range are then made at once, because any block may need any piece
   */
  <T> T use(
      Residence residence,
      SuppliedRange supplied,
      BlockLoader loader,
      boolean fromPieces,
      Function<ResidentBlocks, T> work) {
    ResidentSolves solves = ResidentSolves.ofThisProcess();
    memory().onShortage(solves::makeRoom);
    return solves.use(
        residence,
        supplied.range(),
        resident -> {
          load(resident, supplied, loader, fromPieces);
          return work.apply(resident);
        });
  }

  private void load(
      ResidentBlocks resident, SuppliedRange supplied, BlockLoader loader, boolean fromPieces) {
    Function<BlockRange, List<TensorBlock>> made =
        missing ->
            loader.load(
                supplied.task(),
                missing.rowStarts(grid),
                fromPieces ? supplied.pieces().get() : Collections.emptyIterator(),
                format,
                memory());
    if (fromPieces) {
      resident.loadWhole(supplied.range(), memory(), made);
    } else {
      resident.load(supplied.range(), memory(), made);
    }
  }

  /** Returns the squared norms of the blocks, summed over subtrees; see {@link TreeSum}. */
  List<TreeSum.Part<Double>> squaredNorms(ResidentBlocks resident, BlockRange range) {
    TreeSum<Double> sum = new TreeSum<>(Double::sum);
    for (int index = range.start(); index < range.end(); index++) {
      sum.addLeaf(index, block(resident, index).squaredNorm());
    }
    return sum.parts();
  }

  /**
   * Does the first pass: solves the blocks' rows of A, keeps the rows with the blocks, and returns
   * the rows' sums over subtrees of the blocks.
   */
  List<RowResult> solveRows(
      ResidentBlocks resident, BlockRange range, IterationInput input, ColumnSource columns) {
    List<Integer> indices = IntStream.range(range.start(), range.end()).boxed().toList();
    return solveRows(
        resident,
        indices,
        input,
        columns,
        (copy, sums) ->
            sums.parts().stream()
                .map(part -> new RowResult(part, part.subtree().isFirst() ? copy.grams() : null))
                .toList());
  }

  /**
   * Does the second pass: returns, for each panel of columns, its MTTKRP summed over subtrees of
   * the blocks.
   *
   * @param input of the iteration that solved the rows of A
   * @param columns B of that iteration, for rows of A that have to be solved again
   * @param members the members of the input's batch that have not converged
   * @param sliceFactor C of these members
   */
  Iterator<Tuple2<Integer, ColumnPartial>> columnMttkrp(
      ResidentBlocks resident,
      BlockRange range,
      IterationInput input,
      ColumnSource columns,
      List<Integer> members,
      float[] sliceFactor) {
    restoreRows(resident, range, input, columns);
    CpBatch batch = input.batch().select(members);
    TreeSum<float[][]> sums = new TreeSum<>(ColumnPartial::add);
    for (int index = range.start(); index < range.end(); index++) {
      sums.addLeaf(
          index,
          block(resident, index)
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
                                panel, new ColumnPartial(part.subtree(), part.sum()[panel]))))
        .iterator();
  }

  /** Returns a block's part of the MTTKRP for each panel of columns. */
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

  /** Returns one member's rows of A: for each block its first row and the values. */
  List<Tuple2<Integer, float[]>> rowFactor(
      ResidentBlocks resident,
      BlockRange range,
      IterationInput input,
      ColumnSource columns,
      int member) {
    restoreRows(resident, range, input, columns);
    CpBatch batch = input.batch();
    List<Integer> all = IntStream.range(0, batch.size()).boxed().toList();
    return IntStream.range(range.start(), range.end())
        .mapToObj(
            index ->
                new Tuple2<>(
                    grid.start(index),
                    block(resident, index)
                        .withRows(
                            input,
                            all,
                            (block, rows) ->
                                rows.columnRange(batch.offset(member), batch.rank(member))
                                    .toArray())))
        .toList();
  }

  /**
   * Solves the rows of A again that are not on this executor, for example because another executor
   * that had them is lost.
   */
  private void restoreRows(
      ResidentBlocks resident, BlockRange range, IterationInput input, ColumnSource columns) {
    List<Integer> missing =
        IntStream.range(range.start(), range.end())
            .filter(index -> !block(resident, index).hasRows(input))
            .boxed()
            .toList();
    if (!missing.isEmpty()) {
      solveRows(resident, missing, input, columns, (copy, sums) -> null);
    }
  }

  private <T> T solveRows(
      ResidentBlocks resident,
      List<Integer> indices,
      IterationInput input,
      ColumnSource columns,
      BiFunction<ColumnCopy, TreeSum<CpKernels.RowSums>, T> result) {
    return resident.withColumns(
        input,
        () -> columnCopy(input, columns),
        copy -> {
          TreeSum<CpKernels.RowSums> sums = rowSums();
          indices.forEach(
              index -> sums.addLeaf(index, block(resident, index).solveRows(input, copy)));
          return result.apply(copy, sums);
        });
  }

  /** Returns an empty sum of the sums of rows. */
  static TreeSum<CpKernels.RowSums> rowSums() {
    return new TreeSum<>((left, right) -> Sums.ofRows(List.of(left, right)));
  }

  /** Makes B in off-heap memory, from its panels or its random start. The caller closes it. */
  private ColumnCopy columnCopy(IterationInput input, ColumnSource columns) {
    CpBatch batch = input.batch();
    FloatMatrix factor = memory().floats(shape.columns(), batch.width());
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

  private static ResidentBlock block(ResidentBlocks resident, int index) {
    return resident.block(index);
  }

  private OffHeapMemory memory() {
    return ExecutorMemory.limitedTo(memoryLimit);
  }
}
