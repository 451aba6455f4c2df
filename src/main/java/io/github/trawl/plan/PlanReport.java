package io.github.trawl.plan;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.trawl.architecture.WeightSlice;
import io.github.trawl.decomposition.DecompositionOptions;
import io.github.trawl.decomposition.DistributableMethod;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * A report on a plan, as text and as JSON: the tensors, where each is solved, and the expected cost
 * of an iteration of CP-ALS ({@link IterationCost}).
 */
public final class PlanReport {
  private final SolvePlan plan;
  private final long offHeapBytes;
  private final Hardware hardware;

  /**
   * Null if no rank is known, or the method is no {@link DistributableMethod}: its cost is not
   * estimated.
   */
  private final PlanEstimate estimate;

  /**
   * A report on {@code plan}. If the plan has a rank, it shows the memory that is needed, and for
   * CP also the cost.
   *
   * @param offHeapBytes off-heap memory that a process may use
   * @param hardware that the cost is computed for
   */
  public PlanReport(SolvePlan plan, long offHeapBytes, Hardware hardware) {
    this.plan = Objects.requireNonNull(plan, "plan");
    this.offHeapBytes = offHeapBytes;
    this.hardware = Objects.requireNonNull(hardware, "hardware");
    this.estimate =
        plan.options().isPresent() && plan.method() instanceof DistributableMethod
            ? new PlanEstimate(plan, hardware)
            : null;
  }

  /** The report as lines of text, each ended by a line feed. Sizes are those in float32. */
  public String text() {
    List<String> headings =
        new ArrayList<>(
            List.of(
                plan.method().splitsStacks() ? "matrix" : "stack",
                plan.method().splitsStacks() ? ">matrices" : ">stacks",
                "shape",
                "stored as",
                ">MiB each",
                ">MiB",
                "row blocks"));
    if (estimate != null) {
      headings.addAll(List.of(">GFLOP/iteration", ">s/iteration"));
    }
    headings.add("matrices");
    TextTable table = new TextTable(headings.toArray(new String[0]));
    Map<String, PlannedSolve> byName =
        plan.solves().stream()
            .collect(Collectors.toMap(solve -> solve.stack().name(), Function.identity()));
    for (StackRow rows : StackRow.of(plan.solves().stream().map(PlannedSolve::stack).toList())) {
      List<PlannedSolve> solves =
          rows.stacks().stream().map(stack -> byName.get(stack.name())).toList();
      table.row(cells(rows, solves).toArray());
    }
    StringBuilder text = new StringBuilder();
    text.append(
        "%s, %s MiB in float32\n"
            .formatted(
                count(
                    plan.solves().size(),
                    plan.method().splitsStacks() ? "matrix" : "stack",
                    plan.method().splitsStacks() ? "matrices" : "stacks"),
                TextTable.mebibytes(bytes())));
    if (estimate != null) {
      text.append(iterationText());
    }
    text.append('\n').append(table.render());
    return text.append(remarks(plan.remarks()))
        .append(memory())
        .append(writing())
        .append(process())
        .toString();
  }

  private List<Object> cells(StackRow rows, List<PlannedSolve> solves) {
    WeightStack first = rows.first();
    List<Object> cells =
        new ArrayList<>(
            List.of(
                rows.name(),
                rows.stacks().size(),
                StackRow.shape(first),
                StackRow.dtypes(first),
                TextTable.mebibytes(first.bytes()),
                TextTable.mebibytes(rows.bytes()),
                blocks(solves.get(0))));
    if (estimate != null) {
      cells.add(giga(estimate.operations(solves)));
      cells.add(seconds(estimate.seconds(solves)));
    }
    cells.add(StackRow.content(first, true));
    return cells;
  }

  private String iterationText() {
    double iteration = estimate.seconds(plan.solves());
    double moved = estimate.networkBytes(plan.solves());
    int iterations = plan.options().orElseThrow().maxIterations();
    return """
        One CP-ALS iteration of %s over all of them: %s GFLOP%s
        On %s: about %s s an iteration, %s s for %d iterations
        """
        .formatted(
            members(plan.options().orElseThrow()),
            giga(estimate.operations(plan.solves())),
            moved == 0 ? "" : ", " + TextTable.mebibytes((long) moved) + " MiB between processes",
            hardware.describe(),
            seconds(iteration),
            seconds(iteration * iterations),
            iterations);
  }

  private static String members(DecompositionOptions options) {
    String ranks =
        options.ranks().size() == 1
            ? "rank " + options.ranks().get(0)
            : options.ranks().size() + " ranks";
    return options.seeds().size() == 1
        ? ranks
        : ranks + " with " + options.seeds().size() + " seeds each";
  }

  /**
   * Describes how the rows are divided, such as {@code 8 of 96, 54.0 MiB} for 8 blocks of up to 96
   * rows and 54 MiB, or that they are not.
   */
  private static String blocks(PlannedSolve solve) {
    return solve.spread()
        ? "%d of %d, %s MiB"
            .formatted(
                solve.rowBlocks().count(),
                solve.rowBlocks().largest(),
                TextTable.mebibytes(solve.blockBytes()))
        : "in one task";
  }

  private String memory() {
    OptionalLong task = plan.largestTaskBytes();
    if (task.isEmpty()) {
      return "";
    }
    boolean fits = task.getAsLong() <= offHeapBytes;
    String sharing =
        fits
            ? ": %d side by side on %d cores"
                .formatted(plan.concurrentTasks(hardware.cores()), hardware.cores())
            : ", which is too little";
    return String.format(
        Locale.ROOT,
        "%nSolving %s in one task takes at least %,d MiB outside the heap; --memory.off-heap is"
            + " %,d MiB%s%n",
        plan.method().splitsStacks() ? "a matrix" : "the largest stack",
        TextTable.wholeMebibytes(task.getAsLong()),
        offHeapBytes >> 20,
        sharing);
  }

  private String writing() {
    OptionalLong shard = plan.largestShardBytes();
    return shard.isEmpty()
        ? ""
        : String.format(
            Locale.ROOT,
            "Writing the largest weight file takes at least %,d MiB outside the heap, for factors%n",
            TextTable.wholeMebibytes(shard.getAsLong()));
  }

  private String process() {
    if (plan.options().isEmpty()) {
      return "";
    }
    ProcessMemory memory = plan.memory(hardware);
    return String.format(
        Locale.ROOT,
        "Each %s of %d core%s takes up to %,d MiB outside the heap%s and a heap of at least %,d"
            + " MiB: about %,d MiB resident%n",
        hardware.executors() == 1 ? "process" : "executor",
        hardware.cores(),
        hardware.cores() == 1 ? "" : "s",
        TextTable.wholeMebibytes(memory.offHeap()),
        memory.solving() > offHeapBytes ? ", more than --memory.off-heap," : "",
        TextTable.wholeMebibytes(memory.heap()),
        TextTable.wholeMebibytes(memory.resident()));
  }

  /**
   * The report as JSON: {@code method}, {@code stacks} (name, shape, bytes, distributed,
   * row_blocks, matrices, {@code task_off_heap_bytes}, and the cost of an iteration if there is a
   * rank), {@code total_bytes}, {@code ranks}, {@code ratios}, {@code seeds}, {@code estimate},
   * {@code task_off_heap_bytes}, {@code tasks_side_by_side}, {@code shard_off_heap_bytes}, {@code
   * process} (off_heap_bytes, heap_bytes, resident_bytes) and {@code remarks}.
   */
  public ObjectNode json() {
    ObjectNode root = JsonNodeFactory.instance.objectNode();
    root.put("method", plan.method().key());
    ArrayNode stacks = root.putArray("stacks");
    plan.solves().forEach(solve -> describe(stacks.addObject(), solve));
    root.put("total_bytes", bytes());
    plan.options()
        .ifPresent(
            options -> {
              options.ranks().forEach(root.putArray("ranks")::add);
              options.ratios().forEach(root.putArray("ratios")::add);
              options.seeds().forEach(root.putArray("seeds")::add);
            });
    if (estimate != null) {
      addEstimate(root);
    }
    plan.largestTaskBytes()
        .ifPresent(
            bytes -> {
              root.put("task_off_heap_bytes", bytes);
              root.put("tasks_side_by_side", plan.concurrentTasks(hardware.cores()));
            });
    plan.largestShardBytes().ifPresent(bytes -> root.put("shard_off_heap_bytes", bytes));
    if (plan.options().isPresent()) {
      ProcessMemory memory = plan.memory(hardware);
      root.putObject("process")
          .put("off_heap_bytes", memory.offHeap())
          .put("heap_bytes", memory.heap())
          .put("resident_bytes", memory.resident());
    }
    ArrayNode remarks = root.putArray("remarks");
    plan.remarks().forEach(remarks::add);
    return root;
  }

  private void describe(ObjectNode node, PlannedSolve solve) {
    WeightStack stack = solve.stack();
    node.put("name", stack.name());
    node.putArray("shape").add(stack.depth()).add(stack.rows()).add(stack.columns());
    node.put("bytes", stack.bytes());
    node.put("distributed", solve.spread());
    if (solve.spread()) {
      node.putObject("row_blocks")
          .put("count", solve.rowBlocks().count())
          .put("rows", solve.rowBlocks().largest())
          .put("bytes", solve.blockBytes());
    }
    solve.leastBytes().ifPresent(bytes -> node.put("task_off_heap_bytes", bytes));
    if (estimate != null) {
      IterationCost cost = estimate.cost(solve);
      node.put("operations_per_iteration", cost.productOperations());
      node.put("network_bytes_per_iteration", cost.networkBytes());
      node.put("seconds_per_iteration", cost.seconds());
    }
    addMatrices(node.putArray("matrices"), stack);
  }

  private static void addMatrices(ArrayNode matrices, WeightStack stack) {
    for (WeightSlice slice : stack.slices()) {
      matrices
          .addObject()
          .put("layer", slice.layer())
          .put("role", MatrixSelection.key(slice.role()))
          .put("tensor", slice.tensor().name())
          .put("file", slice.tensor().file())
          .put("dtype", slice.tensor().dtype().name())
          .put("transposed", slice.layout().transposed());
    }
  }

  private void addEstimate(ObjectNode root) {
    root.putObject("estimate")
        .put("executors", hardware.executors())
        .put("cores", hardware.cores())
        .put("gigaflops_per_core", hardware.gigaflops())
        .put("network_gigabytes_per_second", hardware.networkGigabytesPerSecond())
        .put("operations_per_iteration", estimate.operations(plan.solves()))
        .put("network_bytes_per_iteration", estimate.networkBytes(plan.solves()))
        .put("seconds_per_iteration", estimate.seconds(plan.solves()))
        .put("max_iterations", plan.options().orElseThrow().maxIterations());
  }

  /** {@code remarks} as a list under a heading, or nothing if there are none. */
  static String remarks(List<String> remarks) {
    if (remarks.isEmpty()) {
      return "";
    }
    return "\nRemarks\n  - " + String.join("\n  - ", remarks) + "\n";
  }

  static String count(long count, String what) {
    return count(count, what, what + "s");
  }

  private static String count(long count, String one, String several) {
    return String.format(Locale.ROOT, "%,d %s", count, count == 1 ? one : several);
  }

  private static String giga(double operations) {
    return String.format(Locale.ROOT, operations < 1e9 ? "%.3f" : "%,.1f", operations / 1e9);
  }

  private static String seconds(double seconds) {
    String format = seconds >= 100 ? "%,.0f" : seconds >= 1 ? "%.1f" : "%.2g";
    return String.format(Locale.ROOT, seconds < 0.01 ? "%.4f" : format, seconds);
  }

  private long bytes() {
    return plan.solves().stream().mapToLong(solve -> solve.stack().bytes()).sum();
  }
}
