package io.github.trawl.distributed;

import io.github.trawl.ErrorCategory;
import io.github.trawl.TrawlException;
import io.github.trawl.decomposition.CpBatch;
import io.github.trawl.decomposition.CpKernels;
import io.github.trawl.decomposition.CpPasses;
import io.github.trawl.decomposition.CpStart;
import io.github.trawl.decomposition.NormalEquations;
import io.github.trawl.decomposition.Sums;
import io.github.trawl.linalg.BlasAndCpu;
import io.github.trawl.linalg.BlasProvider;
import io.github.trawl.spark.BlasSetting;
import io.github.trawl.spark.CleanUp;
import io.github.trawl.spark.ExecutorMemory;
import io.github.trawl.spark.JavaSerialized;
import io.github.trawl.spark.RddResults;
import io.github.trawl.spark.SetAccumulator;
import io.github.trawl.tensor.BlockGrid;
import io.github.trawl.tensor.BlockLoader;
import io.github.trawl.tensor.Panels;
import io.github.trawl.tensor.TensorShape;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.rdd.RDD;
import scala.Tuple2;

/**
 * The passes over a tensor whose row blocks are spread over executors. An iteration is one Spark
 * job of two stages:
 *
 * <ol>
 *   <li>columns: every task writes the sums over its blocks of the MTTKRP of each panel of columns;
 *   <li>rows: every task adds up the sums of the panels that it owns, solves their rows of B and
 *       keeps them; every executor fetches the other panels; the rows of A of every block are
 *       solved, and their Gram matrices and share of the MTTKRP of the slices go to the driver.
 * </ol>
 *
 * <p>A panel that its owner has not solved yet is solved by any task that needs it, from the same
 * partial sums and to the same bits. Every executor may then have to receive all partial sums. For
 * up to {@link #LATENCY_BYTES} of them this takes less time than one more stage; if there are more,
 * a separate job solves B before the rows.
 *
 * <p>Blocks of X and rows of A are no RDDs and have no lineage: a task that lacks a block on its
 * executor reads it, and one that lacks rows of A solves them again from B. B is kept on two
 * executors where there are two, so that the loss of one is harmless, and its lineage is cut.
 */
public final class DistributedPasses implements CpPasses, AutoCloseable {
  /** The bytes that a fast network moves in the time that one more stage takes to start and end. */
  private static final long LATENCY_BYTES = 32L << 20;

  /**
   * Numbers the solves of this process. The ids are unique even if a process runs several Spark
   * applications, as tests do.
   */
  private static final AtomicLong SOLVES = new AtomicLong();

  private final JavaSparkContext spark;
  private final String name;
  private final TensorSupply tensor;
  private final BlockTask task;
  private final Broadcast<BlockTask> broadcastTask;
  private final BlockHomes homes;
  private BlockSupply supply;
  private final SetAccumulator<BlasAndCpu> arithmetic = new SetAccumulator<>();
  private final long latencyBytes;
  private CpBatch batch = new CpBatch(List.of());

  /** The current B; null while it is the random start. */
  private ColumnFactor columnFactor;

  /** The input of the iteration that solved the current A; null before the random start. */
  private TaskValue<IterationInput> input;

  private long iteration;

  /** The current batch as indices of members of the latest input's batch. */
  private List<Integer> membersOfInput = List.of();

  /** The current batch as indices of members of the batch of the current B. */
  private List<Integer> membersOfColumns = List.of();

  /**
   * Creates passes that are divided into {@link ClusterSize#tasksPerPass} tasks, and divided anew
   * between iterations when the load of the executors has become uneven.
   *
   * @param name of the tensor, shown in Spark's web UI
   * @param blockBytes the most bytes of a row block in float32, unless one row takes more
   * @param memoryLimit bytes of off-heap memory that a process may use
   */
  public DistributedPasses(
      JavaSparkContext spark, String name, TensorSupply tensor, long blockBytes, long memoryLimit) {
    this(spark, name, tensor, blockBytes, memoryLimit, () -> ClusterSize.of(spark), LATENCY_BYTES);
  }

  /**
   * Creates passes with the given view of the cluster.
   *
   * @param cluster returns the executors that are present when it is called; no result depends on
   *     them
   * @param latencyBytes the largest number of bytes of partial sums that all tasks together may
   *     receive to save a stage
   */
  DistributedPasses(
      JavaSparkContext spark,
      String name,
      TensorSupply tensor,
      long blockBytes,
      long memoryLimit,
      Supplier<ClusterSize> cluster,
      long latencyBytes) {
    BlasSetting.apply();
    this.latencyBytes = latencyBytes;
    this.spark = spark;
    spark.sc().register(arithmetic, "arithmetic of " + name);
    arithmetic.add(BlasAndCpu.ofThisProcess());
    this.name = name;
    this.tensor = tensor;
    TensorShape shape = tensor.shape();
    Panels grid = BlockGrid.of(shape, blockBytes);
    this.task =
        new BlockTask(
            SOLVES.incrementAndGet(),
            shape,
            tensor.format(),
            grid,
            Panels.of(shape.columns()),
            memoryLimit);
    this.broadcastTask = spark.broadcast(task);
    this.homes = new BlockHomes(spark, name, grid.count(), cluster);
  }

  @Override
  public int depth() {
    return task.shape().depth();
  }

  @Override
  public int rows() {
    return task.shape().rows();
  }

  @Override
  public int columns() {
    return task.shape().columns();
  }

  @Override
  public double squaredNorm() {
    describe("read blocks");
    TreeSum<Double> sum = new TreeSum<>(Double::sum);
    RddResults.forEach(
        mapBlocks(
            "norms",
            null,
            false,
            (blockTask, resident, range, panels) ->
                blockTask.squaredNorms(resident, range).iterator()),
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
    homes.rebalance();
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
    homes.rebalance();
    TaskValue<IterationInput> current = input;
    List<Integer> members = membersOfInput;
    RDD<Tuple2<Integer, ColumnPartial>> partials =
        mapBlocks(
            "partial column MTTKRP",
            columnFactor,
            false,
            (blockTask, resident, range, panels) ->
                blockTask.columnMttkrp(resident, range, current.value(), panels, members, c));
    IterationInput values = new IterationInput(iteration, batch, c, columnSystem, sliceGrams);
    TaskValue<IterationInput> next = TaskValue.of(spark, values, values.bytes());
    ColumnFactor columns = null;
    try {
      columns =
          ColumnFactor.of(
              spark,
              name,
              task.columnPanels(),
              task.memoryLimit(),
              batch,
              partials,
              next,
              arithmetic);
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
        columns.freePartials();
        if (columnFactor != columns) {
          columns.close();
        }
      }
    }
  }

  /** Frees what a failed iteration would leave on the executors until Spark's cleaner runs. */
  private void closeUnlessCurrent(TaskValue<IterationInput> next) {
    if (input != next) {
      next.close();
    }
  }

  /**
   * Does the first pass and makes {@code next} the current input.
   *
   * @param columns the current B; null for the random start
   * @param solvesPanels whether the job also solves the panels of {@code columns}
   */
  private Update solveRows(
      TaskValue<IterationInput> next, ColumnFactor columns, boolean solvesPanels) {
    TreeSum<CpKernels.RowSums> sums = BlockTask.rowSums();
    double[][][] columnGrams = new double[1][][];
    RddResults.forEach(
        mapBlocks(
            "row sums",
            columns,
            solvesPanels,
            (blockTask, resident, range, panels) ->
                blockTask.solveRows(resident, range, next.value(), panels).iterator()),
        result -> {
          sums.add(result.sums());
          if (result.columnGrams() != null) {
            columnGrams[0] = result.columnGrams();
          }
        });
    if (input != null) {
      // Rows of A that are lost from now on are solved again from the new input.
      input.close();
    }
    input = next;
    membersOfInput = membersOf(batch);
    return new Update(columnGrams[0], sums.total());
  }

  /**
   * Not available here: a lost executor's rows of A are solved again from the input of the latest
   * iteration, and extrapolation would also need the rows of the iteration before.
   *
   * @throws TrawlException always
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
    TaskValue<IterationInput> current = input;
    int memberOfInput = membersOfInput.get(member);
    describe("gather rows");
    int rank = batch.rank(member);
    float[] factor = new float[rows() * rank];
    RddResults.forEach(
        mapBlocks(
            "rows",
            columnFactor,
            false,
            (blockTask, resident, range, panels) ->
                blockTask
                    .rowFactor(resident, range, current.value(), panels, memberOfInput)
                    .iterator()),
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

  /** The work of a task on the resident blocks of its range, with access to B. */
  private interface BlockWork<T> extends Serializable {
    Iterator<T> run(
        BlockTask blockTask, ResidentBlocks resident, BlockRange range, ColumnSource columns);
  }

  /**
   * Returns the supply for the current division of the blocks. If the blocks were divided anew,
   * closes the previous supply and creates another.
   */
  private BlockSupply supply() {
    RDD<BlockRange> ranges = homes.ranges();
    if (supply == null || !supply.isOf(ranges)) {
      if (supply != null) {
        supply.close();
      }
      supply = BlockSupply.of(spark, name, tensor, task.grid(), homes.division(), ranges);
    }
    return supply;
  }

  /**
   * Returns the results of {@code work} on the range of each task. Runs no job.
   *
   * @param what the results are, for Spark's web UI
   * @param columns the B that {@code work} may use; null for the random start
   * @param solvesPanels whether tasks first solve panels of {@code columns}
   */
  private <T> RDD<T> mapBlocks(
      String what, ColumnFactor columns, boolean solvesPanels, BlockWork<T> work) {
    // Copies of fields: the closure must not refer to this object, which can't be sent.
    Broadcast<BlockTask> solve = broadcastTask;
    SetAccumulator<BlasAndCpu> taken = arithmetic;
    BlockSupply supply = supply();
    Broadcast<JavaSerialized<BlockLoader>> loader = supply.loader();
    boolean fromPieces = supply.sendsPieces();
    RangeRdd.Work<T> rangeWork =
        (supplied, panels) -> {
          BlasSetting.apply();
          taken.add(BlasAndCpu.ofThisProcess());
          BlockTask task = solve.value();
          Residence residence =
              new SparkResidence(
                  task.id(), solve.id(), supplied.home().rddId(), supplied.home().splitIndex());
          return task.use(
              residence,
              supplied,
              loader.value().value(),
              fromPieces,
              resident -> work.run(task, resident, supplied.range(), panels));
        };
    RDD<T> result =
        new RangeRdd<>(supply, columns == null ? null : columns.panels(), solvesPanels, rangeWork);
    return result.setName(what + " of " + name);
  }

  private static List<Integer> membersOf(CpBatch batch) {
    return IntStream.range(0, batch.size()).boxed().toList();
  }

  /** Returns the values at {@code indices}, as a copy that can be sent to executors. */
  private static List<Integer> select(List<Integer> values, List<Integer> indices) {
    return List.copyOf(indices.stream().map(values::get).toList());
  }

  private void describe(String step) {
    spark.setJobDescription("CP-ALS of " + name + ", iteration " + iteration + ": " + step);
  }

  /**
   * Returns the BLAS and processor of each process of this solve so far: the driver, and all
   * executors on which a task has succeeded.
   */
  public Set<BlasAndCpu> arithmetic() {
    return arithmetic.value();
  }

  /**
   * Frees all that the solve holds. Executors free their blocks when they find that the broadcast
   * of the solve is gone. That needs no job, which could fail or miss an executor.
   */
  @Override
  public void close() {
    if (!spark.sc().isStopped()) {
      if (supply != null) {
        supply.close();
      }
      CleanUp.run("unpersist the block ranges of " + name, homes::close);
      if (columnFactor != null) {
        columnFactor.close();
      }
      if (input != null) {
        input.close();
      }
      CleanUp.run("free the broadcast task of " + name, broadcastTask::destroy);
      spark.setJobDescription(null);
    }
    ResidentSolves.ofThisProcess().release(task.id());
  }
}
