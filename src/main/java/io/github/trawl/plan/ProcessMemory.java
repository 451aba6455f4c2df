package io.github.trawl.plan;

import io.github.trawl.decomposition.DecompositionOptions;
import io.github.trawl.decomposition.MemberSpec;
import io.github.trawl.tensor.BlockGrid;
import io.github.trawl.tensor.Panels;
import io.github.trawl.tensor.TensorShape;
import io.github.trawl.tensor.ValueFormat;
import java.util.Collection;
import java.util.Comparator;
import java.util.stream.LongStream;

/**
 * The memory that a plan takes at its peak in each process that runs its tasks: in an executor, or
 * in a local run as a whole. A (I×R) and B (J×R) are the factor matrices of rows and columns.
 *
 * @param solving off-heap bytes while tensors are solved. Tasks that wait until memory is free are
 *     not counted
 * @param writing off-heap bytes while weight files are written
 * @param factors bytes of the heap for factors and for sums over row blocks that are sent
 */
public record ProcessMemory(long solving, long writing, long factors) {
  /** The heap of a Spark process without factors: its classes, file headers and results. */
  private static final long SPARK_HEAP_BYTES = 512L << 20;

  /** Code, threads and native libraries of a Java process that runs Spark and OpenBLAS. */
  private static final long VIRTUAL_MACHINE_BYTES = 192L << 20;

  /** The memory of each of the processes of {@code hardware} for a plan that has a rank. */
  static ProcessMemory of(SolvePlan plan, Hardware hardware, long offHeapBytes) {
    DecompositionOptions options = plan.options().orElseThrow();
    int cores = hardware.cores();
    LongStream tasks = plan.solves().stream().flatMapToLong(solve -> solve.leastBytes().stream());
    long solving = sumOfLargest(tasks, Math.max(1, plan.concurrentTasks(cores)));
    long factors =
        sumOfLargest(
            plan.solves().stream()
                .filter(solve -> !solve.spread())
                .mapToLong(solve -> factorBytes(plan, options, solve)),
            cores);
    for (PlannedSolve solve : plan.solves()) {
      if (solve.spread()) {
        Share share = Share.of(solve, hardware);
        long width = width(options, solve.stack().shape());
        solving = Math.max(solving, spreadBytes(solve, options, share, width, cores));
        factors = Math.max(factors, sumBytes(solve, share, width, cores));
      }
    }
    long writing = Math.min(offHeapBytes, sumOfLargest(longs(plan.shardBytes().values()), cores));
    return new ProcessMemory(solving, writing, factors);
  }

  private static LongStream longs(Collection<Long> values) {
    return values.stream().mapToLong(bytes -> bytes);
  }

  /** Returns the sum of the {@code count} largest of some numbers. */
  private static long sumOfLargest(LongStream numbers, int count) {
    return numbers
        .boxed()
        .sorted(Comparator.reverseOrder())
        .limit(count)
        .mapToLong(bytes -> bytes)
        .sum();
  }

  /** Returns the bytes of all factors of a solve, which a task keeps until it has written them. */
  private static long factorBytes(
      SolvePlan plan, DecompositionOptions options, PlannedSolve solve) {
    TensorShape shape = solve.stack().shape();
    return options.members(shape).stream()
        .mapToLong(member -> plan.method().factorBytes(shape, member.rank()))
        .sum();
  }

  /** Returns the sum of the ranks of the members, W. */
  private static long width(DecompositionOptions options, TensorShape shape) {
    return options.members(shape).stream().mapToLong(MemberSpec::rank).sum();
  }

  /**
   * The part of a spread tensor that one process holds.
   *
   * @param blocks the most row blocks in the process
   * @param blocksOfTask the most row blocks of one of its tasks
   * @param rows of the largest block
   */
  private record Share(long blocks, long blocksOfTask, long rows) {
    static Share of(PlannedSolve solve, Hardware hardware) {
      int count = solve.rowBlocks().count();
      long ofTask = BlockGrid.shares(count, hardware.slots()).largest();
      return new Share(
          Math.min(count, ofTask * hardware.cores()), ofTask, solve.rowBlocks().largest());
    }
  }

  /**
   * Returns the off-heap bytes of a process's blocks with their rows of A, of its copy of B, and of
   * the scratch that each task takes at a time. In the pass over rows that is, for a panel, its K
   * products of W columns, and their MTTKRP and solution in float64, as much as 4 products; in the
   * pass over columns, K scaled copies of a block's rows of A, and the MTTKRP of a panel.
   */
  private static long spreadBytes(
      PlannedSolve solve, DecompositionOptions options, Share share, long width, int cores) {
    WeightStack stack = solve.stack();
    long products =
        Math.max(
            (stack.depth() + 4) * Math.min(share.rows(), Panels.DEFAULT_MAX_SIZE),
            stack.depth() * share.rows() + Math.min(stack.columns(), Panels.DEFAULT_MAX_SIZE));
    return heldBytes(solve, options, (double) share.blocks() / solve.rowBlocks().count())
        + Math.min(cores, share.blocks()) * Float.BYTES * width * products;
  }

  /**
   * Returns the off-heap bytes that the blocks of a spread tensor, their rows of A and the copy of
   * B take at least in the process that has most of them, however the blocks are divided.
   *
   * @param executors the processes among which the blocks are divided
   */
  static long shareBytes(PlannedSolve solve, DecompositionOptions options, int executors) {
    return heldBytes(solve, options, 1.0 / executors);
  }

  /**
   * Returns the off-heap bytes of some of a spread tensor's blocks, with their rows of A, and of a
   * copy of B.
   *
   * @param share the share of all blocks, in (0, 1]
   */
  private static long heldBytes(PlannedSolve solve, DecompositionOptions options, double share) {
    WeightStack stack = solve.stack();
    Panels grid = solve.rowBlocks();
    long width = width(options, stack.shape());
    ValueFormat format = options.method().residentFormat(stack.storedFormat());
    // The remainder of the division is the number of blocks that have one row more than others.
    int larger = grid.length() % grid.count();
    int rows = grid.length() / grid.count();
    long blocks =
        larger * blockBytes(stack, rows + 1L, format)
            + (grid.count() - larger) * blockBytes(stack, rows, format);
    return (long) (share * (blocks + Float.BYTES * width * stack.rows()))
        + Float.BYTES * width * stack.columns();
  }

  /** Returns the bytes of a block in memory; rows of 16-bit values are stored in pairs. */
  private static long blockBytes(WeightStack stack, long rows, ValueFormat format) {
    long words = format == ValueFormat.FLOAT32 ? rows : (rows + 1) / 2;
    return (long) Float.BYTES * stack.depth() * words * stack.columns();
  }

  /**
   * Returns the bytes of heap that a process's tasks take for the sums over their blocks of the
   * MTTKRP of the columns, J×W in float32. They are added along a binary tree: a task holds up to
   * one sum for each height of it, and the one that is being added.
   */
  private static long sumBytes(PlannedSolve solve, Share share, long width, int cores) {
    int heights = Long.SIZE - Long.numberOfLeadingZeros(share.blocksOfTask());
    return Math.min(cores, share.blocks())
        * (heights + 1)
        * Float.BYTES
        * width
        * solve.stack().columns();
  }

  /** The most off-heap memory at any time, in bytes. */
  public long offHeap() {
    return Math.max(solving, writing);
  }

  /** The heap that a process needs at least, in bytes. */
  public long heap() {
    return SPARK_HEAP_BYTES + factors;
  }

  /** The resident memory of the process in bytes, if its heap is not larger than {@link #heap}. */
  public long resident() {
    return heap() + offHeap() + VIRTUAL_MACHINE_BYTES;
  }
}
