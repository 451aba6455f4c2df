package io.github.trawl.plan;

import io.github.trawl.ErrorCategory;
import io.github.trawl.TrawlException;
import io.github.trawl.decomposition.DecompositionMethod;
import io.github.trawl.decomposition.DecompositionOptions;
import io.github.trawl.decomposition.DistributableMethod;
import io.github.trawl.tensor.BlockGrid;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decides where each tensor of a {@link StackPlan} is solved, and computes what memory that takes,
 * both for the report and for the run. A tensor above the threshold is spread over the executors if
 * the method allows it; all others are solved in one task each, side by side.
 */
public final class SolvePlan {
  /** The logger whose lines the console shows. */
  private static final Logger LOG = LoggerFactory.getLogger("trawl");

  private final StackPlan plan;
  private final DecompositionMethod method;
  private final Optional<DecompositionOptions> options;
  private final SolveLimits limits;
  private final List<PlannedSolve> solves;

  private SolvePlan(
      StackPlan plan,
      DecompositionMethod method,
      Optional<DecompositionOptions> options,
      SolveLimits limits) {
    this.plan = Objects.requireNonNull(plan, "plan");
    this.method = Objects.requireNonNull(method, "method");
    this.options = options;
    this.limits = Objects.requireNonNull(limits, "limits");
    this.solves =
        (method.splitsStacks() ? plan.matrices() : plan.stacks())
            .stream().map(this::place).toList();
  }

  /**
   * Decides where the tensors of {@code plan} are solved.
   *
   * @throws TrawlException of category {@code USAGE} if a rank is too large for a tensor
   */
  public static SolvePlan of(StackPlan plan, DecompositionOptions options, SolveLimits limits) {
    return new SolvePlan(plan, options.method(), Optional.of(options), limits);
  }

  /** Decides where the tensors of {@code plan} are solved; without a rank, memory is unknown. */
  public static SolvePlan withoutRank(
      StackPlan plan, DecompositionMethod method, SolveLimits limits) {
    return new SolvePlan(plan, method, Optional.empty(), limits);
  }

  /** The method that decomposes the tensors. */
  public DecompositionMethod method() {
    return method;
  }

  /** The options of the decompositions; empty if no rank is given. */
  public Optional<DecompositionOptions> options() {
    return options;
  }

  /** The tensors in the order of the layers. */
  public List<PlannedSolve> solves() {
    return solves;
  }

  /**
   * Remarks on stacks that were split by shape, mix dtypes or hold one matrix, and on how ranks are
   * adapted; one sentence each.
   */
  public List<String> remarks() {
    return Stream.concat(
            plan.remarks().stream(),
            options.stream()
                .flatMap(
                    chosen ->
                        solves.stream()
                            .map(PlannedSolve::stack)
                            .flatMap(stack -> method.remarks(stack.shape(), chosen).stream())
                            .distinct()))
        .toList();
  }

  /**
   * Returns the off-heap bytes that solving the largest of the tensors in one task takes at least:
   * the largest {@link PlannedSolve#leastBytes}. Empty if no tensor is solved in one task, or no
   * rank is given.
   */
  public OptionalLong largestTaskBytes() {
    return solves.stream()
        .flatMap(solve -> solve.leastBytes().stream().boxed())
        .mapToLong(bytes -> bytes)
        .max();
  }

  /**
   * Off-heap bytes that writing each weight file with new values takes at least, by file name.
   * Empty if no weights are written, because no rank is given or there are several members.
   */
  public Map<String, Long> shardBytes() {
    if (options.isEmpty() || options.get().memberNames().size() != 1) {
      return Map.of();
    }
    return ShardMemory.leastBytes(
        solves.stream().map(PlannedSolve::stack).toList(),
        stack ->
            method.factorBytes(stack.shape(), options.get().members(stack.shape()).get(0).rank()));
  }

  /** The largest of {@link #shardBytes}; empty if there are none. */
  public OptionalLong largestShardBytes() {
    return shardBytes().values().stream().mapToLong(bytes -> bytes).max();
  }

  /**
   * Returns how many tasks of a process solve tensors at the same time if each takes {@link
   * #largestTaskBytes}. Fewer than {@code tasks} if the off-heap memory does not suffice for all of
   * them; the others then wait.
   *
   * @param tasks the number of tasks that the process runs at a time
   */
  public int concurrentTasks(int tasks) {
    long each = Math.max(1, largestTaskBytes().orElse(1));
    return (int) Math.min(tasks, limits.offHeapBytes() / each);
  }

  /**
   * Returns the memory that each process takes at its peak.
   *
   * @throws java.util.NoSuchElementException if no rank is given
   */
  public ProcessMemory memory(Hardware hardware) {
    return ProcessMemory.of(this, hardware, limits.offHeapBytes());
  }

  /**
   * Returns the number of threads that each task may use to solve its tensor, at least 1. If {@code
   * asked} is empty, a single process divides its cores equally among the tensors that are solved
   * in tasks, and a cluster gives each task one thread, because Spark fills its cores with tasks.
   *
   * @param asked the number that the user chose; returned unchanged if present
   * @param singleProcess whether all tasks run in this process
   * @param cores the number of cores of the process
   */
  public int threadsPerTask(OptionalInt asked, boolean singleProcess, int cores) {
    long tasks = solves.stream().filter(solve -> !solve.spread()).count();
    return threadsPerTask(asked, singleProcess, cores, tasks);
  }

  /**
   * Returns what {@link #threadsPerTask(OptionalInt, boolean, int)} does for a plan that has {@code
   * tasks} tensors to solve in one task each.
   */
  public static int threadsPerTask(
      OptionalInt asked, boolean singleProcess, int cores, long tasks) {
    return asked.orElse(singleProcess ? (int) Math.max(1, cores / Math.max(1, tasks)) : 1);
  }

  /**
   * Refuses a plan that is certain to fail, before any work is done.
   *
   * @throws TrawlException of category {@code USAGE} if an option is not available for a tensor
   *     that is spread, or a tensor, the share that each executor holds of one that is spread, or
   *     the writing of a weight file needs more memory than a process may use
   */
  public void check() {
    for (PlannedSolve solve : solves) {
      if (solve.spread()) {
        checkSpread(solve.stack());
        checkShare(solve);
      } else {
        checkMemory(solve);
      }
    }
    checkShards(shardBytes(), limits, "lower the rank");
  }

  /**
   * Refuses weight files whose writing needs more memory than a process may use.
   *
   * @param bytes as {@link #shardBytes}
   * @param remedy what to do instead of raising the limit
   * @throws TrawlException of category {@code USAGE} if a file needs more
   */
  public static void checkShards(Map<String, Long> bytes, SolveLimits limits, String remedy) {
    long shard = bytes.values().stream().mapToLong(each -> each).max().orElse(0);
    if (shard > limits.offHeapBytes()) {
      throw usage(
          "writing a weight file needs at least %d MiB outside the heap for factors, and"
              + " --memory.off-heap is %d MiB; raise it or %s",
          TextTable.wholeMebibytes(shard), TextTable.wholeMebibytes(limits.offHeapBytes()), remedy);
    }
  }

  /**
   * Logs what memory each process takes, how many tasks share it if they have to wait for it, and
   * which tensors above the threshold are solved in one task because the method cannot be spread.
   *
   * @param executors processes that run tasks, at least 1
   * @param tasks the number of tasks that a process runs at a time
   */
  public void announce(int executors, int tasks) {
    if (options.isPresent()) {
      ProcessMemory memory = memory(Hardware.of(executors, tasks, Hardware.DEFAULT_GIGAFLOPS));
      LOG.info(
          "with {} of {}: up to {} of {} MiB outside the heap (--memory.off-heap) in each, and a"
              + " heap of at least {} MiB",
          executors == 1 ? "1 process" : executors + " processes",
          tasks == 1 ? "1 task" : tasks + " tasks",
          TextTable.wholeMebibytes(memory.offHeap()),
          limits.offHeapBytes() >> 20,
          TextTable.wholeMebibytes(memory.heap()));
    }
    if (largestTaskBytes().isPresent() && concurrentTasks(tasks) < tasks) {
      LOG.info(
          "{} of {} tasks of a process solve side by side in --memory.off-heap of {} MiB, others"
              + " wait: the largest stack takes at least {} MiB",
          concurrentTasks(tasks),
          tasks,
          limits.offHeapBytes() >> 20,
          TextTable.wholeMebibytes(largestTaskBytes().getAsLong()));
    }
    for (PlannedSolve solve : solves) {
      if (!solve.spread() && solve.stack().bytes() > limits.spreadThreshold()) {
        LOG.info(
            "{} is above --distributed.threshold but solved in one task: {} is not spread over"
                + " executors; it needs at least {} MiB outside the heap there",
            solve.stack().name(),
            method.key(),
            TextTable.wholeMebibytes(solve.leastBytes().orElse(0)));
      }
    }
  }

  private PlannedSolve place(WeightStack stack) {
    boolean spread =
        method instanceof DistributableMethod && stack.bytes() > limits.spreadThreshold();
    OptionalLong least =
        spread || options.isEmpty() ? OptionalLong.empty() : OptionalLong.of(leastBytes(stack));
    return new PlannedSolve(
        stack,
        spread,
        BlockGrid.of(stack.depth(), stack.rows(), stack.columns(), limits.blockBytes()),
        least);
  }

  private long leastBytes(WeightStack stack) {
    try {
      return method.leastBytes(stack.shape(), stack.storedFormat(), options.orElseThrow());
    } catch (TrawlException e) {
      throw new TrawlException(e.category(), "stack " + stack.name() + ": " + e.getMessage(), e);
    }
  }

  private void checkSpread(WeightStack stack) {
    options
        .flatMap(((DistributableMethod) method)::refusedWhenSpread)
        .ifPresent(
            option -> {
              throw usage(
                  "stack %s of %d bytes is solved over the executors, where %s is not available;"
                      + " leave it out, choose a strategy with smaller stacks, or raise"
                      + " --distributed.threshold",
                  stack.name(), stack.bytes(), option);
            });
  }

  /** Refuses a tensor whose blocks need more memory than all executors have together. */
  private void checkShare(PlannedSolve solve) {
    if (limits.executors().isEmpty() || options.isEmpty()) {
      return;
    }
    int executors = limits.executors().getAsInt();
    long share = ProcessMemory.shareBytes(solve, options.get(), executors);
    if (share > limits.offHeapBytes()) {
      throw usage(
          "stack %s of %s is spread over %d executor%s, each of which holds at least %d MiB of it"
              + " outside the heap, and --memory.off-heap is %d MiB; raise it, or run on more"
              + " executors",
          solve.stack().name(),
          solve.stack().shape(),
          executors,
          executors == 1 ? "" : "s",
          TextTable.wholeMebibytes(share),
          TextTable.wholeMebibytes(limits.offHeapBytes()));
    }
  }

  private void checkMemory(PlannedSolve solve) {
    long least = solve.leastBytes().orElse(0);
    if (least > limits.offHeapBytes()) {
      throw usage(
          "stack %s of %s is solved in one task, which needs at least %d MiB outside the heap, and"
              + " --memory.off-heap is %d MiB; raise it or %s",
          solve.stack().name(),
          solve.stack().shape(),
          TextTable.wholeMebibytes(least),
          TextTable.wholeMebibytes(limits.offHeapBytes()),
          method instanceof DistributableMethod
              ? "lower --distributed.threshold"
              : "choose a strategy with smaller stacks");
    }
  }

  private static TrawlException usage(String format, Object... values) {
    return new TrawlException(ErrorCategory.USAGE, String.format(Locale.ROOT, format, values));
  }
}
