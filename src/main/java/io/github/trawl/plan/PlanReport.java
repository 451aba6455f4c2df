package io.github.trawl.plan;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.trawl.architecture.WeightSlice;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.OptionalInt;

/**
 * What a plan will do, for people and for programs.
 *
 * <p>The cost is that of one ALS sweep, 4·K·I·J·R floating-point operations for a tensor of K × I ×
 * J and rank R: two passes over the tensor.
 */
public final class PlanReport {
  private final StackPlan plan;
  private final OptionalInt rank;

  /**
   * A report on {@code plan}.
   *
   * @param plan the plan
   * @param rank the rank to tell the cost for, at least 1, if there is one
   */
  public PlanReport(StackPlan plan, OptionalInt rank) {
    this.plan = Objects.requireNonNull(plan, "plan");
    this.rank = rank;
    if (rank.isPresent() && rank.getAsInt() < 1) {
      throw new IllegalArgumentException("rank " + rank.getAsInt() + " is less than 1");
    }
  }

  /** The report as lines of text, each ended by a line feed. Sizes are those in float32. */
  public String text() {
    List<String> headings =
        new ArrayList<>(
            List.of("stack", ">stacks", "shape", "stored as", ">MiB each", ">MiB", "matrices"));
    if (rank.isPresent()) {
      headings.add(6, ">GFLOP/sweep");
    }
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
                  StackRows.content(first, true)));
      if (rank.isPresent()) {
        cells.add(6, gigaflop(rows.stacks()));
      }
      table.row(cells.toArray());
    }
    StringBuilder text = new StringBuilder();
    text.append(
        "%s, %s MiB in float32\n"
            .formatted(
                count(plan.stacks().size(), "stack"), TextTable.mebibytes(bytes(plan.stacks()))));
    if (rank.isPresent()) {
      text.append(
          "One ALS sweep of rank %d over all of them: %s GFLOP\n"
              .formatted(rank.getAsInt(), gigaflop(plan.stacks())));
    }
    text.append('\n').append(table.render());
    return text.append(remarks(plan.remarks())).toString();
  }

  /**
   * The report as JSON: {@code stacks} (name, shape, bytes, dtypes, matrices, and
   * operations_per_sweep if there is a rank), {@code total_bytes}, {@code rank} and {@code
   * remarks}.
   */
  public ObjectNode json() {
    ObjectNode root = JsonNodeFactory.instance.objectNode();
    ArrayNode stacks = root.putArray("stacks");
    for (WeightStack stack : plan.stacks()) {
      ObjectNode node = stacks.addObject();
      node.put("name", stack.name());
      node.putArray("shape").add(stack.depth()).add(stack.rows()).add(stack.columns());
      node.put("bytes", stack.bytes());
      rank.ifPresent(value -> node.put("operations_per_sweep", stack.sweepOperations(value)));
      ArrayNode matrices = node.putArray("matrices");
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
    root.put("total_bytes", bytes(plan.stacks()));
    rank.ifPresent(value -> root.put("rank", value));
    ArrayNode remarks = root.putArray("remarks");
    plan.remarks().forEach(remarks::add);
    return root;
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

  private String gigaflop(List<WeightStack> stacks) {
    double operations =
        stacks.stream().mapToDouble(stack -> stack.sweepOperations(rank.getAsInt())).sum();
    return String.format(Locale.ROOT, operations < 1e9 ? "%.3f" : "%,.1f", operations / 1e9);
  }

  private static long bytes(List<WeightStack> stacks) {
    return stacks.stream().mapToLong(WeightStack::bytes).sum();
  }
}
