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
import io.github.trawl.tensor.BlockGrid;
import io.github.trawl.tensor.Panels;
import io.github.trawl.tensor.TensorSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.apache.spark.HashPartitioner;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.storage.StorageLevel;
import scala.Tuple2;

/**
 * The passes over a tensor whose row blocks are spread over executors. Two Spark jobs a sweep:
 *
 * <ol>
 *   <li>rows: with B broadcast, every block solves its rows of A and sends its Gram matrices and
 *       its share of the MTTKRP of the slices to the driver;
 *   <li>columns: every block sends its partial MTTKRP of each panel of columns to the task that
 *       owns the panel, which sums them in block order and solves its rows of B.
 * </ol>
 *
 * <p>Nothing depends on lineage: a task that finds no block reads it, and one that finds no rows of
 * A solves them again from the broadcast. So no checkpoint directory is needed.
 */
public final class DistributedPasses implements CpPasses, AutoCloseable {
  /** Grows from one solve to the next, over restarts of the driver too. */
  private static final AtomicLong SOLVES = new AtomicLong(System.currentTimeMillis() << 16);

  private final JavaSparkContext spark;
  private final String name;
  private final BlockTask task;
  private final Panels columnPanels;
  private final JavaRDD<Integer> blocks;
  private final List<Broadcast<RowUpdate>> broadcasts = new ArrayList<>();
  private CpBatch batch = new CpBatch(List.of());
  private float[] columnFactor = new float[0];
  private long sweep;

  /** Those of the latest update's batch that the current batch consists of. */
  private List<Integer> membersOfUpdate = List.of();

  /**
   * @param name what a person calls the tensor, shown in Spark's pages
   * @param blockBytes the most bytes a block of rows holds
   * @param memoryLimit bytes of off-heap memory that a process may use
   */
  public DistributedPasses(
      JavaSparkContext spark, String name, TensorSource source, long blockBytes, long memoryLimit) {
    this.spark = spark;
    this.name = name;
    Panels grid = BlockGrid.of(source, blockBytes);
    this.task = new BlockTask(SOLVES.incrementAndGet(), source, grid, memoryLimit);
    this.columnPanels = Panels.of(source.columns());
    List<Integer> indices = IntStream.range(0, grid.count()).boxed().toList();
    // The cached index of a block is what makes Spark send its tasks to where it is resident.
    this.blocks =
        spark
            .parallelize(indices, grid.count())
            .setName("blocks of " + name)
            .map(index -> index)
            .setName("resident blocks of " + name)
            .persist(StorageLevel.MEMORY_ONLY());
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
    BlockTask work = task;
    describe("read blocks");
    double sum = 0;
    for (double part : blocks.map(work::squaredNorm).setName("norms of " + name).collect()) {
      sum += part;
    }
    return sum;
  }

  @Override
  public double[][] start(CpBatch newBatch) {
    batch = newBatch;
    columnFactor = CpStart.columnFactor(batch, 0, columns());
    List<double[][]> grams = new ArrayList<>();
    CpKernels kernels =
        new CpKernels(BlasProvider.blas(), ExecutorMemory.limitedTo(task.memoryLimit()));
    for (int panel = 0; panel < columnPanels.count(); panel++) {
      int start = columnPanels.start(panel);
      int count = columnPanels.size(panel);
      grams.add(kernels.grams(batch, count, CpStart.columnFactor(batch, start, count)));
    }
    return Sums.of(grams);
  }

  @Override
  public CpKernels.RowSums startRows() {
    return updateRows(new float[depth() * batch.width()], null);
  }

  @Override
  public CpKernels.RowSums updateRows(float[] c, NormalEquations system) {
    sweep++;
    membersOfUpdate = IntStream.range(0, batch.size()).boxed().toList();
    Broadcast<RowUpdate> update =
        spark.broadcast(new RowUpdate(sweep, batch, columnFactor, c, system));
    broadcasts.add(update);
    BlockTask work = task;
    describe("rows");
    JavaPairRDD<Integer, CpKernels.RowSums> sums =
        blocks
            .mapToPair(index -> new Tuple2<>(index, work.solveRows(index, update.value())))
            .setName("row sums of " + name);
    CpKernels.RowSums total = Sums.ofRows(OrderedSums.collect(sums, task.grid().count()));
    // Rows of A that get lost from here on are solved again from the new broadcast.
    while (broadcasts.size() > 1) {
      broadcasts.remove(0).destroy();
    }
    return total;
  }

  @Override
  public double[][] updateColumns(float[] c, NormalEquations system) {
    Broadcast<RowUpdate> update = broadcasts.get(broadcasts.size() - 1);
    BlockTask work = task;
    Panels panels = columnPanels;
    List<Integer> members = membersOfUpdate;
    CpBatch current = batch;
    describe("columns");
    int reducers = Math.min(panels.count(), Math.max(2, spark.defaultParallelism()));
    JavaPairRDD<Integer, Tuple2<Integer, float[]>> partials =
        blocks
            .flatMapToPair(
                index -> work.columnMttkrp(index, update.value(), members, c, panels).iterator())
            .setName("partial column MTTKRP of " + name);
    List<ColumnPanel> solved =
        new ArrayList<>(
            partials
                .groupByKey(new HashPartitioner(reducers))
                .setName("column MTTKRP of " + name)
                .map(
                    panel ->
                        ColumnPanel.solve(current, panel._1, panel._2, system, work.memoryLimit()))
                .setName("columns of " + name)
                .collect());
    solved.sort(Comparator.comparingInt(ColumnPanel::index));
    int width = batch.width();
    // Not in place: lost rows of A are solved again from the broadcast, which shares the array.
    columnFactor = new float[columnFactor.length];
    for (ColumnPanel panel : solved) {
      System.arraycopy(
          panel.rows(), 0, columnFactor, panels.start(panel.index()) * width, panel.rows().length);
    }
    return Sums.of(solved.stream().map(ColumnPanel::grams).toList());
  }

  /**
   * Not available: rows of A that an executor loses are solved again from one broadcast, and those
   * of the sweep before cannot be.
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
    Broadcast<RowUpdate> update = broadcasts.get(broadcasts.size() - 1);
    BlockTask work = task;
    describe("gather rows");
    int rank = batch.rank(member);
    float[] factor = new float[rows() * rank];
    int offset = 0;
    for (float[] part :
        blocks
            .map(index -> work.rowFactor(index, update.value(), member))
            .setName("rows of " + name)
            .collect()) {
      System.arraycopy(part, 0, factor, offset, part.length);
      offset += part.length;
    }
    return factor;
  }

  @Override
  public float[] columnFactor(int member) {
    return columnsOf(List.of(member));
  }

  @Override
  public void retain(List<Integer> members) {
    columnFactor = columnsOf(members);
    batch = batch.select(members);
    membersOfUpdate = List.copyOf(members.stream().map(membersOfUpdate::get).toList());
  }

  private float[] columnsOf(List<Integer> members) {
    int width = batch.width();
    int kept = members.stream().mapToInt(batch::rank).sum();
    float[] values = new float[columns() * kept];
    for (int row = 0; row < columns(); row++) {
      int target = row * kept;
      for (int member : members) {
        System.arraycopy(
            columnFactor, row * width + batch.offset(member), values, target, batch.rank(member));
        target += batch.rank(member);
      }
    }
    return values;
  }

  private void describe(String step) {
    spark.setJobDescription("CP-ALS of " + name + ", sweep " + sweep + ": " + step);
  }

  /** Frees the blocks on all executors that hold them. */
  @Override
  public void close() {
    long id = task.id();
    if (!spark.sc().isStopped()) {
      describe("release blocks");
      blocks.foreachPartition(ignored -> ResidentBlocks.release(id));
      blocks.unpersist(false);
      broadcasts.forEach(Broadcast::destroy);
      spark.setJobDescription(null);
    }
    broadcasts.clear();
    ResidentBlocks.release(id);
  }
}
