package io.github.trawl.plan;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.trawl.architecture.StackReads;
import io.github.trawl.architecture.WeightSlice;
import io.github.trawl.tensor.BlockGrid;
import java.util.Locale;

/**
 * What decomposing the stacks of a plan reads from storage, added up over the requests that tasks
 * make. Writing the new weights afterwards reads the whole checkpoint once more, which is not
 * counted.
 *
 * @param selectedBytes the bytes of the selected matrices as they are stored
 * @param total what is read for all stacks
 */
public record PlanReads(long selectedBytes, StackReads.ReadCost total) {

  /**
   * Adds up what solving the tensors of {@code plan} reads.
   *
   * @param slots tasks that run at a time, among which the row blocks of a spread tensor are
   *     divided
   */
  public static PlanReads of(SolvePlan plan, int slots) {
    StackReads.ReadCost total = new StackReads.ReadCost(0, 0, 0, 0);
    long selected = 0;
    for (PlannedSolve solve : plan.solves()) {
      for (WeightSlice slice : solve.stack().slices()) {
        selected +=
            (long) slice.rows() * slice.columns() * slice.tensor().dtype().bits() / Byte.SIZE;
      }
      int[] rowStarts =
          solve.spread()
              ? BlockGrid.rowStarts(solve.rowBlocks(), slots)
              : new int[] {0, solve.stack().rows()};
      total = total.plus(new StackReads(solve.stack().slices(), rowStarts).totalCost());
    }
    return new PlanReads(selected, total);
  }

  /** A line of text, ended by a line feed. */
  public String text() {
    long mean = total.requests() == 0 ? 0 : total.bytes() / total.requests();
    return String.format(
        Locale.ROOT,
        "Reading the %s MiB of these matrices: %s MiB in %,d requests of %s MiB on average, files"
            + " opened %,d time(s)%s%n",
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
