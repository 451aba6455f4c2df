package io.github.trawl.distributed;

import io.github.trawl.ErrorCategory;
import io.github.trawl.TrawlException;
import io.github.trawl.decomposition.CpBatch;
import io.github.trawl.decomposition.CpKernels;
import io.github.trawl.decomposition.CpPasses;
import io.github.trawl.decomposition.CpStart;
import io.github.trawl.decomposition.NormalEquations;
import io.github.trawl.decomposition.Sums;
import io.github.trawl.linalg.BlasProvider;
import io.github.trawl.spark.ArrivingResults;
import io.github.trawl.spark.ExecutorMemory;
import io.github.trawl.tensor.BlockGrid;
import io.github.trawl.tensor.Panels;
import io.github.trawl.tensor.TensorSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.rdd.RDD;
import org.apache.spark.storage.StorageLevel;
import scala.Tuple2;

/**
 * The passes over a tensor whose row blocks are spread over executors. One Spark job an iteration,
 * of two stages:
 *
 * <ol>
 *   <li>columns: every task writes the sums over its blocks of the MTTKRP of each panel of columns;
 *   <li>rows: every task adds up those of the panels that it owns, solves their rows of B and keeps
 *       them; every executor fetches the panels of the others; every block solves its rows of A,
 *       and their Gram matrices and share of the MTTKRP of the slices go to the driver.
 * </ol>
 *
 * <p>A panel whose owner is not ready is solved by whoever needs it first, from the same partial
 * sums and to the same bits. That may move each partial sum to every executor, which is cheaper
 * than a stage of its own, {@link #LATENCY_BYTES}; where it is not, B is solved in a third stage in
 * between.
 *
 * <p>Rows of A and blocks of X do not depend on lineage: a task that finds no block reads it, and
 * one that finds no rows of A solves them again from B. B is kept on two executors where there are
 * two, which makes the loss of one harmless, and its lineage is cut.
 */
public final class DistributedPasses implements CpPasses, AutoCloseable {
  /** What a fast network moves in the time that one more stage takes. */
  private static final long LATENCY_BYTES = 32L << 20;

  /** Grows from one solve to the next, over restarts of the driver too. */
  private static final AtomicLong SOLVES = new AtomicLong(System.currentTimeMillis() << 16);

  private final JavaSparkContext spark;
  private final String name;
  private final BlockTask task;
  private final Broadcast<BlockTask> broadcastTask;
  private final JavaRDD<BlockRange> blocks;
  private final LoadedBlocks loaded;
  private final long latencyBytes;
  private CpBatch batch = new CpBatch(List.of());
  private ColumnFactor columnFactor;
  private TaskValue<IterationInput> input;
  private long iteration;

  /** Those of the latest input's batch that the current batch consists of. */
  private List<Integer> membersOfInput = List.of();

  /** Those of the batch of the current B that the current batch consists of. */
  private List<Integer> membersOfColumns = List.of();

  /**
   * Passes with as many tasks as the executors have cores.
   *
   * @param name what a person calls the tensor, shown in Spark's pages
   * @param blockBytes the most bytes a block of rows holds
   * @param memoryLimit bytes of off-heap memory that a process may use
   */
  public DistributedPasses(
      JavaSparkContext spark, String name, TensorSource source, long blockBytes, long memoryLimit) {
    this(spark, name, source, blockBytes, memoryLimit, spark.defaultParallelism(), LATENCY_BYTES);
  }

  /**
   * @param tasks the most tasks of a stage; no result depends on it
   * @param latencyBytes the most that executors may receive of partial sums to save a stage
   */
  DistributedPasses(
      JavaSparkContext spark,
      String name,
      TensorSource source,
      long blockBytes,
      long memoryLimit,
      int tasks,
      long latencyBytes) {
    this.latencyBytes = latencyBytes;
    this.spark = spark;
    this.name = name;
    Panels grid = BlockGrid.of(source, blockBytes);
    this.task =
        new BlockTask(
            SOLVES.incrementAndGet(),
            source,
            source.exchange(BlockGrid.rowStarts(grid, tasks)).orElse(null),
            grid,
            Panels.of(source.columns()),
            memoryLimit);
    this.broadcastTask = spark.broadcast(task);
    List<BlockRange> ranges = BlockRange.divide(grid.count(), tasks);
    // The cached range is what makes Spark send its tasks to where its blocks are resident.
    this.blocks =
        spark
            .parallelize(ranges, ranges.size())
            .setName("blocks of " + name)
            .map(range -> range)
            .setName("resident blocks of " + name)
            .persist(StorageLevel.MEMORY_ONLY());
    this.loaded = LoadedBlocks.of(spark, name, blocks.rdd(), broadcastTask);
  }

  @Override
  public int depth() {
    return task.source().depth();
  }

  @Override
  public int rows() {
    return task.source().rows();
  }

  @Override
  public int columns() {
    return task.source().columns();
  }

  @Override
  public double squaredNorm() {
    Broadcast<BlockTask> work = broadcastTask;
    describe("read blocks");
    TreeSum<Double> sum = new TreeSum<>(Double::sum);
    ArrivingResults.forEach(
        overBlocks(
            "norms", null, false, (range, panels) -> work.value().squaredNorms(range).iterator()),
        sum::add);
    return sum.total();
  }

  @Override
  public double[][] start(CpBatch newBatch) {
    batch = newBatch;
    Panels panels = task.columnPanels();
    List<double[][]> grams = new ArrayList<>();
    CpKernels kernels =
        new CpKernels(BlasProvider.blas(), ExecutorMemory.limitedTo(task.memoryLimit()));
    for (int panel = 0; panel < panels.count(); panel++) {
      int count = panels.size(panel);
      grams.add(
          kernels.grams(batch, count, CpStart.columnFactor(batch, panels.start(panel), count)));
    }
    return Sums.of(grams);
  }

  @Override
  public CpKernels.RowSums startRows() {
    iteration++;
    describe("rows");
    float[] c = new float[depth() * batch.width()];
    IterationInput values = new IterationInput(iteration, batch, c, null, null);
    TaskValue<IterationInput> next = TaskValue.of(spark, values, values.bytes());
    try {
      return solveRows(next, null, false).rows();
    } finally {
      closeUnlessCurrent(next);
    }
  }

  @Override
  public Update update(float[] c, NormalEquations columnSystem, double[][] sliceGrams) {
    iteration++;
    describe("columns and rows");
    Broadcast<BlockTask> work = broadcastTask;
    TaskValue<IterationInput> current = input;
    List<Integer> members = membersOfInput;
    RDD<Tuple2<Integer, ColumnPartial>> partials =
        overBlocks(
            "partial column MTTKRP",
            columnFactor,
            false,
            (range, panels) ->
                work.value().columnMttkrp(range, current.value(), panels, members, c));
    IterationInput values = new IterationInput(iteration, batch, c, columnSystem, sliceGrams);
    TaskValue<IterationInput> next = TaskValue.of(spark, values, values.bytes());
    ColumnFactor columns = null;
    try {
      columns =
          ColumnFactor.of(
              spark, name, task.columnPanels(), task.memoryLimit(), batch, partials, next);
      long partialBytes = 4L * columns() * batch.width() * partials.getNumPartitions();
      boolean inTwoStages = partialBytes <= latencyBytes;
      if (!inTwoStages) {
        columns.solve();
      }
      Update result = solveRows(next, columns, inTwoStages);
      if (columnFactor != null) {
        columnFactor.close();
      }
      columnFactor = columns;
      membersOfColumns = membersOf(batch);
      return result;
    } finally {
      closeUnlessCurrent(next);
      if (columns != null) {
        columns.solved();
        if (columnFactor != columns) {
          columns.close();
        }
      }
    }
  }

  /** What an iteration that failed would leave on the executors until Spark's cleaner comes by. */
  private void closeUnlessCurrent(TaskValue<IterationInput> next) {
    if (input != next) {
      next.close();
    }
  }

  private Update solveRows(
      TaskValue<IterationInput> next, ColumnFactor columns, boolean solvesPanels) {
    Broadcast<BlockTask> work = broadcastTask;
    TreeSum<CpKernels.RowSums> sums = BlockTask.rowSums();
    double[][][] columnGrams = new double[1][][];
    ArrivingResults.forEach(
        overBlocks(
            "row sums",
            columns,
            solvesPanels,
            (range, panels) -> work.value().solveRows(range, next.value(), panels).iterator()),
        result -> {
          sums.add(result.sums());
          if (result.columnGrams() != null) {
            columnGrams[0] = result.columnGrams();
          }
        });
    if (input != null) {
      // Rows of A that get lost from here on are solved again from the new input.
      input.close();
    }
    input = next;
    membersOfInput = membersOf(batch);
    return new Update(columnGrams[0], sums.total());
  }

  /**
   * Not available: rows of A that an executor loses are solved again from one broadcast, and those
   * of the iteration before cannot be.
   */
  @Override
  public double[][] extrapolateRows(double[] steps) {
    throw new TrawlException(
        ErrorCategory.USAGE,
        name
            + " is solved over the executors, where acceleration is not available; leave"
            + " --acceleration out, or choose a strategy with smaller stacks");
  }

  @Override
  public float[] rowFactor(int member) {
    Broadcast<BlockTask> work = broadcastTask;
    TaskValue<IterationInput> current = input;
    int memberOfInput = membersOfInput.get(member);
    describe("gather rows");
    int rank = batch.rank(member);
    float[] factor = new float[rows() * rank];
    ArrivingResults.forEach(
        overBlocks(
            "rows",
            columnFactor,
            false,
            (range, panels) ->
                work.value().rowFactor(range, current.value(), panels, memberOfInput)),
        part -> System.arraycopy(part._2, 0, factor, part._1 * rank, part._2.length));
    return factor;
  }

  @Override
  public float[] columnFactor(int member) {
    if (columnFactor == null) {
      return CpStart.columnFactor(batch.select(List.of(member)), 0, columns());
    }
    describe("gather columns");
    return columnFactor.member(membersOfColumns.get(member));
  }

  @Override
  public void retain(List<Integer> members) {
    batch = batch.select(members);
    membersOfInput = select(membersOfInput, members);
    membersOfColumns = select(membersOfColumns, members);
  }

  private <T> RDD<T> overBlocks(
      String what, ColumnFactor columns, boolean solvesPanels, RangeRdd.Work<T> work) {
    RDD<T> result =
        new RangeRdd<>(loaded, columns == null ? null : columns.panels(), solvesPanels, work);
    return result.setName(what + " of " + name);
  }

  private static List<Integer> membersOf(CpBatch batch) {
    return IntStream.range(0, batch.size()).boxed().toList();
  }

  /** A list that travels to the executors: not a view of another. */
  private static List<Integer> select(List<Integer> values, List<Integer> indices) {
    return List.copyOf(indices.stream().map(values::get).toList());
  }

  private void describe(String step) {
    spark.setJobDescription("CP-ALS of " + name + ", iteration " + iteration + ": " + step);
  }

  /** Frees the blocks on all executors that hold them. */
  @Override
  public void close() {
    long id = task.id();
    if (!spark.sc().isStopped()) {
      try {
        describe("release blocks");
        blocks.foreachPartition(ignored -> ResidentBlocks.release(id));
      } finally {
        blocks.unpersist(false);
        loaded.close();
        if (columnFactor != null) {
          columnFactor.close();
        }
        if (input != null) {
          input.close();
        }
        broadcastTask.destroy();
        spark.setJobDescription(null);
      }
    }
    ResidentBlocks.release(id);
  }
}
