package io.github.trawl.plan;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.trawl.architecture.StackReads;
import io.github.trawl.architecture.WeightSlice;
import io.github.trawl.tensor.BlockGrid;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * What decomposing the stacks of a plan reads from storage, added up over the requests that tasks
 * make. What is written afterwards reads the whole checkpoint once more.
 *
 * @param selectedBytes of the selected matrices as they are stored
 * @param total of all stacks
 */
public record PlanReading(long selectedBytes, StackReads.Total total) {

  /**
   * The reading of {@code plan}.
   *
   * @param matrixByMatrix whether each matrix is decomposed by itself, as by SVD
   */
  public static PlanReading of(StackPlan plan, PlanSettings settings, boolean matrixByMatrix) {
    PlanEstimate estimate = new PlanEstimate(settings, plan.stacks());
    StackReads.Total total = new StackReads.Total(0, 0, 0, 0);
    long selected = 0;
    for (WeightStack stack : plan.stacks()) {
      for (WeightSlice slice : stack.slices()) {
        selected +=
            (long) slice.rows() * slice.columns() * slice.tensor().dtype().bits() / Byte.SIZE;
      }
      total =
          reads(stack, estimate, settings.hardware().slots(), matrixByMatrix)
              .map(StackReads::total)
              .reduce(total, StackReads.Total::plus);
    }
    return new PlanReading(selected, total);
  }

  private static Stream<StackReads> reads(
      WeightStack stack, PlanEstimate estimate, int slots, boolean matrixByMatrix) {
    if (matrixByMatrix) {
      return stack.slices().stream().map(slice -> new StackReads(List.of(slice), 0, stack.rows()));
    }
    int[] rowStarts =
        estimate.isDistributed(stack)
            ? BlockGrid.rowStarts(estimate.grid(stack), slots)
            : new int[] {0, stack.rows()};
    return Stream.of(new StackReads(stack.slices(), rowStarts));
  }

  /** A line of text, ended by a line feed. */
  public String text() {
    long mean = total.requests() == 0 ? 0 : total.bytes() / total.requests();
    return String.format(
        Locale.ROOT,
        "Reading the %s MiB of these matrices: %s MiB in %,d requests of %s MiB, %,d times a file"
            + " is opened%s%n",
        TextTable.mebibytes(selectedBytes),
        TextTable.mebibytes(total.bytes()),
        total.requests(),
        TextTable.mebibytes(mean),
        total.opens(),
        total.exchangedBytes() == 0
            ? ""
            : ", " + TextTable.mebibytes(total.exchangedBytes()) + " MiB between tasks");
  }

  /**
   * {@code selected_bytes}, {@code bytes}, {@code requests}, {@code opens}, {@code
   * exchanged_bytes}.
   */
  public ObjectNode json() {
    return JsonNodeFactory.instance
        .objectNode()
        .put("selected_bytes", selectedBytes)
        .put("bytes", total.bytes())
        .put("requests", total.requests())
        .put("opens", total.opens())
        .put("exchanged_bytes", total.exchangedBytes());
  }
}
