package io.github.trawl.plan;

import io.github.trawl.tensor.LowerTriangleShape;
import io.github.trawl.tensor.Panels;
import java.util.List;

/**
 * The cost of one CP-ALS iteration of a tensor, for a batch of ranks and seeds: R, R² and R³ below
 * are sums over its members. {@code docs/cost-model.md} derives the formulas.
 *
 * @param productOperations floating-point operations in float32: two passes over the tensor,
 *     4·K·I·J·R
 * @param solveOperations floating-point operations in float64: three inversions of R×R systems, R³
 *     each; applying them, 2·(I+J+K)·R²; Gram matrices, (I+J+K)·R²
 * @param memoryBytes bytes that move between memory and cores: the tensor twice, 8·K·I·J; the
 *     products of slices and factors written once and read twice, 12·K·(I+J)·R; and 16·J·R for each
 *     call of BLAS, which packs the factor of the columns and adds to sums of its size. A block of
 *     a single panel of rows takes one call, a larger block K calls for each of its panels
 * @param networkBytes bytes that move between processes; 0 for a tensor solved in one task
 * @param seconds that the iteration takes
 */
public record IterationCost(
    double productOperations,
    double solveOperations,
    double memoryBytes,
    double networkBytes,
    double seconds) {
  /**
   * The most bytes of partial sums of the columns, over all tasks, that are sent to every executor
   * to save a stage; as in {@link io.github.trawl.distributed.DistributedPasses}.
   */
  private static final double LATENCY_BYTES = 32 << 20;

  /**
   * The columns of a factor with which a product runs at half the speed of a large one. Fitted to
   * measurements, see {@code docs/cost-model.md}.
   */
  private static final double HALF_SPEED_RANK = 25;

  /** The speed of float64 relative to float32, whose vectors hold twice as many values. */
  private static final double SOLVE_SPEED = 0.5;

  /**
   * The cost of a tensor that is solved in one task. If its shape {@linkplain
   * LowerTriangleShape#suits allows} it, later iterations work on coordinates in an orthonormal
   * basis of its rows, and this is the cost of one of these: J is then K·I, both passes read only a
   * triangle of values, not all K·I·J, and each panel of rows takes K products even if it is the
   * only one.
   *
   * @param depth slices, K
   * @param rows of a slice, I
   * @param columns of a slice, J
   * @param ranks of the members of the batch
   * @param threads of the task
   */
  public static IterationCost inOneTask(
      int depth, int rows, int columns, List<Integer> ranks, int threads, Hardware hardware) {
    BatchSize batch = BatchSize.of(ranks);
    if (LowerTriangleShape.suits(depth, rows, columns)) {
      LowerTriangleShape triangle = new LowerTriangleShape(depth, rows);
      double values = (double) triangle.valuesByRows() + triangle.valuesByColumns();
      int calls = depth * Panels.of(rows).count();
      return inOneTask(depth, rows, triangle.order(), values, calls, batch, threads, hardware);
    }
    double values = 2.0 * depth * rows * columns;
    int calls = productsOfBlock(depth, rows);
    return inOneTask(depth, rows, columns, values, calls, batch, threads, hardware);
  }

  /**
   * The cost in one task of a tensor of which not all values need be read.
   *
   * @param values the number of values of the tensor that the two passes read, added up
   * @param count the number of products with the factor of the columns, B [J, R], in the first
   *     pass; each is counted as if it took all of B, though in a triangle it takes leading rows
   */
  private static IterationCost inOneTask(
      int depth,
      int rows,
      int columns,
      double values,
      int count,
      BatchSize batch,
      int threads,
      Hardware hardware) {
    double products = 2 * values * batch.width();
    double solves = solveOperations(depth, rows, columns, batch);
    double tensor = Float.BYTES * values;
    double factors = factorBytes(depth, rows, columns, batch.width(), count);
    return new IterationCost(
        products,
        solves,
        tensor + factors,
        0,
        computeSeconds(products, solves, tensor, factors, batch, 1.0 / threads, 1, hardware));
  }

  /**
   * The cost of a tensor whose row blocks are spread over all executors.
   *
   * @param depth slices, K
   * @param columns of a slice, J
   * @param ranks of the members of the batch
   * @param rowBlocks the blocks of its I rows
   */
  public static IterationCost distributed(
      int depth, int columns, List<Integer> ranks, Panels rowBlocks, Hardware hardware) {
    BatchSize batch = BatchSize.of(ranks);
    int rows = rowBlocks.length();
    int tasks = Math.min(rowBlocks.count(), hardware.slots());
    double products = productOperations(depth, rows, columns, batch.width());
    double solves = solveOperations(depth, rows, columns, batch);
    double tensor = tensorBytes(depth, rows, columns);
    int count = rowBlocks.count() * productsOfBlock(depth, rowBlocks.largest());
    double factors = factorBytes(depth, rows, columns, batch.width(), count);
    // If the blocks do not divide evenly among the tasks, the busiest has one more than others.
    int blocksOfBusiest = new Panels(rowBlocks.count(), tasks).largest();
    double share = (double) blocksOfBusiest / rowBlocks.count();
    double between = bytesBetweenExecutors(columns, batch.width(), tasks, hardware.executors());
    double driver = bytesThroughDriver(depth, batch, tasks, hardware.executors());
    double seconds =
        computeSeconds(
                products, solves, tensor, factors, batch, share, hardware.executors(), hardware)
            + between / (hardware.executors() * hardware.networkGigabytesPerSecond() * 1e9)
            + driver / (hardware.networkGigabytesPerSecond() * 1e9)
            + stages(columns, batch.width(), tasks) * hardware.stageSeconds();
    return new IterationCost(products, solves, tensor + factors, between + driver, seconds);
  }

  /**
   * Returns the number of stages: one for the columns, one for the rows, and one in between if the
   * partial sums of the columns are large.
   */
  private static int stages(int columns, long width, int tasks) {
    return 4.0 * columns * width * tasks > LATENCY_BYTES ? 3 : 2;
  }

  private static double productOperations(int depth, int rows, int columns, long width) {
    return 4.0 * depth * rows * columns * width;
  }

  private static double solveOperations(int depth, int rows, int columns, BatchSize batch) {
    return 3 * (batch.squares() * ((double) depth + rows + columns) + batch.cubes());
  }

  private static double tensorBytes(int depth, int rows, int columns) {
    return 8.0 * depth * rows * columns;
  }

  /**
   * Returns the number of products for a block: one if it is a single panel of rows, whose slices
   * are multiplied at once; else one for each slice of each panel.
   */
  private static int productsOfBlock(int depth, int rows) {
    int panels = Panels.of(rows).count();
    return panels == 1 ? 1 : depth * panels;
  }

  private static double factorBytes(int depth, int rows, int columns, long width, int count) {
    return 12.0 * depth * ((double) rows + columns) * width + 16.0 * columns * width * count;
  }

  /**
   * Returns the seconds of the busiest core: those of the products or of reading the tensor from
   * memory, whichever takes longer, since they overlap; then those of the traffic of factors and of
   * the solves. The inversions run on one core while the others wait.
   *
   * @param share the part of the work that the busiest core has, in (0, 1]
   */
  private static double computeSeconds(
      double products,
      double solves,
      double tensorBytes,
      double factorBytes,
      BatchSize batch,
      double share,
      int executors,
      Hardware hardware) {
    double speed = hardware.gigaflops() * 1e9;
    double inversions = 3 * batch.cubes();
    double memory = executors * hardware.memoryGigabytesPerSecond() * 1e9;
    double productSpeed = speed * batch.width() / (batch.width() + HALF_SPEED_RANK);
    return Math.max(share * products / productSpeed, tensorBytes / memory)
        + factorBytes / memory
        + share * (solves - inversions) / (SOLVE_SPEED * speed)
        + inversions / (SOLVE_SPEED * speed);
  }

  /**
   * Returns the bytes that executors send each other: partial sums of the columns, J×R from each
   * task to the executors that solve the panels of B; then B, J×R, to every executor that has not
   * solved it, and once more as a copy against loss.
   */
  private static double bytesBetweenExecutors(int columns, long width, int tasks, int executors) {
    double factor = 4.0 * columns * width;
    double elsewhere = (executors - 1.0) / executors;
    return executors == 1 ? 0 : factor * (tasks * elsewhere + executors);
  }

  /**
   * Returns the bytes that pass through the driver: an R×R system and an R×R Gram matrix to every
   * executor; from every task an R×R Gram matrix of the rows and the K×R MTTKRP of the slices; and
   * from one task the Gram matrix of the columns; all in float64.
   */
  private static double bytesThroughDriver(int depth, BatchSize batch, int tasks, int executors) {
    double square = 8 * batch.squares();
    return executors == 1
        ? 0
        : square * (2.0 * executors + tasks + 1) + 8.0 * depth * batch.width() * tasks;
  }
}
