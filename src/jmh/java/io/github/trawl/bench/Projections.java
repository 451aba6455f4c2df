package io.github.trawl.bench;

import io.github.trawl.plan.Hardware;
import io.github.trawl.plan.IterationCost;
import io.github.trawl.tensor.BlockGrid;
import io.github.trawl.tensor.Panels;
import java.util.List;
import java.util.Locale;

/** What the cost model predicts for models and clusters that are not available here. */
final class Projections {
  private static final int CORES = 8;
  private static final long THRESHOLD = 1L << 30;
  private static final long BLOCK_BYTES = 64L << 20;
  private static final int ITERATIONS = 100;
  private static final List<Stacks> ALL =
      List.of(
          new Stacks("LLaMA-2-7B", "FC by layer", 32, 3, 11008, 4096),
          new Stacks("LLaMA-2-7B", "FC of the late third", 1, 30, 11008, 4096),
          new Stacks("LLaMA-2-7B", "FC of the model", 1, 96, 11008, 4096),
          new Stacks("LLaMA-2-7B", "QKVO by layer", 32, 4, 4096, 4096),
          new Stacks("LLaMA-2-7B", "QKVO of the model", 1, 128, 4096, 4096),
          new Stacks("70B", "FC by layer", 80, 3, 28672, 8192),
          new Stacks("70B", "FC of the late third", 1, 78, 28672, 8192),
          new Stacks("70B", "FC of the model", 1, 240, 28672, 8192),
          new Stacks("70B", "Q and O by layer", 80, 2, 8192, 8192),
          new Stacks("70B", "Q and O of the model", 1, 160, 8192, 8192));

  private Projections() {}

  private record Stacks(String model, String name, int count, int depth, int rows, int columns) {
    long bytes() {
      return 4L * depth * rows * columns;
    }
  }

  static String markdown() {
    StringBuilder table =
        new StringBuilder(
            """
            | model | stacks | shape | GiB each | rank | row blocks | GiB moved an iteration, 16 / 256 executors | s an iteration, 16 / 256 | minutes for 100, 16 / 256 |
            |---|---|---|---:|---:|---|---:|---:|---:|
            """);
    for (Stacks stacks : ALL) {
      for (int rank : new int[] {64, 512}) {
        table.append(row(stacks, rank)).append('\n');
      }
    }
    return table.toString();
  }

  private static String row(Stacks stacks, int rank) {
    Panels grid = BlockGrid.of(stacks.depth(), stacks.rows(), stacks.columns(), BLOCK_BYTES);
    boolean distributed = stacks.bytes() > THRESHOLD;
    IterationCost few = cost(stacks, rank, grid, distributed, 16);
    IterationCost many = cost(stacks, rank, grid, distributed, 256);
    double fewSeconds = seconds(stacks, few, distributed, 16);
    double manySeconds = seconds(stacks, many, distributed, 256);
    return String.format(
        Locale.ROOT,
        "| %s | %d × %s | (%d, %d, %d) | %.2f | %d | %s | %.2f / %.2f | %.2f / %.2f | %.1f / %.1f |",
        stacks.model(),
        stacks.count(),
        stacks.name(),
        stacks.depth(),
        stacks.rows(),
        stacks.columns(),
        stacks.bytes() / 1073741824.0,
        rank,
        distributed ? grid.count() + " of " + grid.largest() : "in one task",
        few.networkBytes() / 1073741824.0 * stacks.count(),
        many.networkBytes() / 1073741824.0 * stacks.count(),
        fewSeconds,
        manySeconds,
        fewSeconds * ITERATIONS / 60,
        manySeconds * ITERATIONS / 60);
  }

  private static IterationCost cost(
      Stacks stacks, int rank, Panels grid, boolean distributed, int executors) {
    Hardware hardware = Hardware.of(executors, CORES, Hardware.DEFAULT_GIGAFLOPS);
    return distributed
        ? IterationCost.distributed(stacks.depth(), stacks.columns(), List.of(rank), grid, hardware)
        : IterationCost.inOneTask(
            stacks.depth(), stacks.rows(), stacks.columns(), List.of(rank), 1, hardware);
  }

  /** Large stacks one after the other, small ones a core each. */
  private static double seconds(
      Stacks stacks, IterationCost cost, boolean distributed, int executors) {
    return distributed
        ? cost.seconds() * stacks.count()
        : cost.seconds() * Math.max(1, (double) stacks.count() / (executors * CORES));
  }
}
