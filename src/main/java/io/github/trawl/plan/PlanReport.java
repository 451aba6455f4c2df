package io.github.trawl.plan;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.trawl.architecture.WeightSlice;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;

/**
 * What a plan will do, for people and for programs: the stacks, where each is solved, and what a
 * iteration of CP-ALS is expected to take ({@link IterationCost}).
 */
public final class PlanReport {
  private final StackPlan plan;
  private final PlanSettings settings;
  private final PlanEstimate estimate;

  /** A report on {@code plan}; the cost is told if the settings have a rank. */
  public PlanReport(StackPlan plan, PlanSettings settings) {
    this.plan = Objects.requireNonNull(plan, "plan");
    this.settings = Objects.requireNonNull(settings, "settings");
    this.estimate = new PlanEstimate(settings, plan.stacks());
  }

  /** The report as lines of text, each ended by a line feed. Sizes are those in float32. */
  public String text() {
    boolean costs = settings.rank().isPresent();
    List<String> headings =
        new ArrayList<>(
            List.of("stack", ">stacks", "shape", "stored as", ">MiB each", ">MiB", "row blocks"));
    if (costs) {
      headings.addAll(List.of(">GFLOP/iteration", ">s/iteration"));
    }
    headings.add("matrices");
    TextTable table = new TextTable(headings.toArray(new String[0]));
    for (StackRows rows : StackRows.of(plan.stacks())) {
      WeightStack first = rows.first();
      List<Object> cells =
          new ArrayList<>(
              List.of(
                  rows.name(),
                  rows.stacks().size(),
                  StackRows.shape(first),
                  StackRows.dtypes(first),
                  TextTable.mebibytes(first.bytes()),
                  TextTable.mebibytes(rows.bytes()),
                  blocks(first)));
      if (costs) {
        cells.add(giga(estimate.operations(rows.stacks())));
        cells.add(seconds(estimate.seconds(rows.stacks())));
      }
      cells.add(StackRows.content(first, true));
      table.row(cells.toArray());
    }
    StringBuilder text = new StringBuilder();
    text.append(
        "%s, %s MiB in float32\n"
            .formatted(
                count(plan.stacks().size(), "stack"), TextTable.mebibytes(bytes(plan.stacks()))));
    if (costs) {
      text.append(expectation());
    }
    text.append('\n').append(table.render());
    return text.append(remarks(plan.remarks())).toString();
  }

  private String expectation() {
    double iteration = estimate.seconds(plan.stacks());
    double moved = estimate.networkBytes(plan.stacks());
    return """
        One CP-ALS iteration of rank %d over all of them: %s GFLOP%s
        On %s: about %s s an iteration, %s s for %d iterations
        """
        .formatted(
            settings.rank().orElseThrow(),
            giga(estimate.operations(plan.stacks())),
            moved == 0 ? "" : ", " + TextTable.mebibytes((long) moved) + " MiB between processes",
            settings.hardware().describe(),
            seconds(iteration),
            seconds(iteration * settings.maxIterations()),
            settings.maxIterations());
  }

  /** How the rows are cut, as {@code 8 of 96, 54.0 MiB}, or that they are not. */
  private String blocks(WeightStack stack) {
    return estimate.isDistributed(stack)
        ? "%d of %d, %s MiB"
            .formatted(
                estimate.grid(stack).count(),
                estimate.grid(stack).largest(),
                TextTable.mebibytes(estimate.blockBytes(stack)))
        : "in one task";
  }

  /**
   * The report as JSON: {@code stacks} (name, shape, bytes, distributed, row_blocks, matrices, and
   * the cost of an iteration if there is a rank), {@code total_bytes}, {@code rank}, {@code
   * estimate} and {@code remarks}.
   */
  public ObjectNode json() {
    ObjectNode root = JsonNodeFactory.instance.objectNode();
    ArrayNode stacks = root.putArray("stacks");
    for (WeightStack stack : plan.stacks()) {
      ObjectNode node = stacks.addObject();
      node.put("name", stack.name());
      node.putArray("shape").add(stack.depth()).add(stack.rows()).add(stack.columns());
      node.put("bytes", stack.bytes());
      node.put("distributed", estimate.isDistributed(stack));
      if (estimate.isDistributed(stack)) {
        node.putObject("row_blocks")
            .put("count", estimate.grid(stack).count())
            .put("rows", estimate.grid(stack).largest())
            .put("bytes", estimate.blockBytes(stack));
      }
      if (settings.rank().isPresent()) {
        IterationCost cost = estimate.cost(stack);
        node.put("operations_per_iteration", cost.products());
        node.put("network_bytes_per_iteration", cost.networkBytes());
        node.put("seconds_per_iteration", cost.seconds());
      }
      addMatrices(node.putArray("matrices"), stack);
    }
    root.put("total_bytes", bytes(plan.stacks()));
    settings.rank().ifPresent(value -> addEstimate(root, value));
    ArrayNode remarks = root.putArray("remarks");
    plan.remarks().forEach(remarks::add);
    return root;
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

  private void addEstimate(ObjectNode root, int rank) {
    Hardware hardware = settings.hardware();
    root.put("rank", rank);
    root.putObject("estimate")
        .put("executors", hardware.executors())
        .put("cores", hardware.cores())
        .put("gigaflops_per_core", hardware.gigaflops())
        .put("network_gigabytes_per_second", hardware.networkGigabytes())
        .put("operations_per_iteration", estimate.operations(plan.stacks()))
        .put("network_bytes_per_iteration", estimate.networkBytes(plan.stacks()))
        .put("seconds_per_iteration", estimate.seconds(plan.stacks()))
        .put("max_iterations", settings.maxIterations());
  }

  /** {@code remarks} as a list under a heading, or nothing if there are none. */
  static String remarks(List<String> remarks) {
    if (remarks.isEmpty()) {
      return "";
    }
    return "\nRemarks\n  - " + String.join("\n  - ", remarks) + "\n";
  }

  static String count(long count, String what) {
    return String.format(Locale.ROOT, "%,d %s%s", count, what, count == 1 ? "" : "s");
  }

  private static String giga(double operations) {
    return String.format(Locale.ROOT, operations < 1e9 ? "%.3f" : "%,.1f", operations / 1e9);
  }

  private static String seconds(double seconds) {
    String format = seconds >= 100 ? "%,.0f" : seconds >= 1 ? "%.1f" : "%.2g";
    return String.format(Locale.ROOT, seconds < 0.01 ? "%.4f" : format, seconds);
  }

  private static long bytes(List<WeightStack> stacks) {
    return stacks.stream().mapToLong(WeightStack::bytes).sum();
  }
}
