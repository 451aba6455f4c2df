package io.github.trawl.plan;

import io.github.trawl.decomposition.DecompositionOptions;
import io.github.trawl.decomposition.MemberSpec;
import java.util.List;
import java.util.OptionalInt;

/** Estimates the cost of a CP-ALS iteration over the tensors of a plan. */
final class PlanEstimate {
  private final DecompositionOptions options;
  private final Hardware hardware;
  private final int threads;
  private final int tasksAtATime;

  /**
   * An estimate for all tensors of a plan.
   *
   * @param plan with a rank, and a method that is a {@link
   *     io.github.trawl.decomposition.DistributableMethod}
   */
  PlanEstimate(SolvePlan plan, Hardware hardware) {
    this.options = plan.options().orElseThrow();
    this.hardware = hardware;
    // One executor stands for a local run, whose tensors share the cores of the process.
    this.threads =
        plan.threadsPerTask(OptionalInt.empty(), hardware.executors() == 1, hardware.cores());
    this.tasksAtATime = Math.max(1, hardware.slots() / threads);
  }

  /** The cost of an iteration of one tensor. */
  IterationCost cost(PlannedSolve solve) {
    WeightStack stack = solve.stack();
    List<Integer> ranks = options.members(stack.shape()).stream().map(MemberSpec::rank).toList();
    return solve.spread()
        ? IterationCost.distributed(
            stack.depth(), stack.columns(), ranks, solve.rowBlocks(), hardware)
        : IterationCost.inOneTask(
            stack.depth(), stack.rows(), stack.columns(), ranks, threads, hardware);
  }

  double operations(List<PlannedSolve> solves) {
    return solves.stream().mapToDouble(solve -> cost(solve).productOperations()).sum();
  }

  double networkBytes(List<PlannedSolve> solves) {
    return solves.stream().mapToDouble(solve -> cost(solve).networkBytes()).sum();
  }

  /**
   * Returns the seconds of an iteration of all these tensors: first those that are spread, one
   * after the other, then the others, as many at a time as the cores allow if each task uses its
   * number of threads.
   */
  double seconds(List<PlannedSolve> solves) {
    double spread = 0;
    double sum = 0;
    double longest = 0;
    for (PlannedSolve solve : solves) {
      double seconds = cost(solve).seconds();
      if (solve.spread()) {
        spread += seconds;
      } else {
        sum += seconds;
        longest = Math.max(longest, seconds);
      }
    }
    return spread + Math.max(longest, sum / tasksAtATime);
  }
}
