package io.github.trawl.plan;

import io.github.trawl.tensor.BlockGrid;
import io.github.trawl.tensor.Panels;
import java.util.List;

/** Where the stacks of a plan are solved, and what an iteration of them takes. */
final class PlanEstimate {
  private final PlanSettings settings;
  private final int threads;
  private final int tasksAtATime;

  /**
   * An estimate for stacks that are decomposed together.
   *
   * @param stacks all of the plan's
   */
  PlanEstimate(PlanSettings settings, List<WeightStack> stacks) {
    this.settings = settings;
    Hardware hardware = settings.hardware();
    // One process shares its cores among few stacks; on a cluster a task has one core.
    this.threads =
        hardware.executors() == 1 ? Math.max(1, hardware.cores() / Math.max(1, stacks.size())) : 1;
    this.tasksAtATime = Math.max(1, hardware.slots() / threads);
  }

  boolean isDistributed(WeightStack stack) {
    return stack.bytes() > settings.distributedThreshold();
  }

  /** The row blocks of a stack that is distributed. */
  Panels grid(WeightStack stack) {
    return BlockGrid.of(stack.depth(), stack.rows(), stack.columns(), settings.blockBytes());
  }

  /** Bytes of the largest row block. */
  long blockBytes(WeightStack stack) {
    return 4L * stack.depth() * stack.columns() * grid(stack).largest();
  }

  /** The cost of an iteration of one stack; needs a rank. */
  IterationCost cost(WeightStack stack) {
    int rank = settings.rank().orElseThrow();
    return isDistributed(stack)
        ? IterationCost.distributed(
            stack.depth(), stack.columns(), rank, grid(stack), settings.hardware())
        : IterationCost.inOneTask(
            stack.depth(), stack.rows(), stack.columns(), rank, threads, settings.hardware());
  }

  double operations(List<WeightStack> stacks) {
    return stacks.stream().mapToDouble(stack -> cost(stack).products()).sum();
  }

  double networkBytes(List<WeightStack> stacks) {
    return stacks.stream().mapToDouble(stack -> cost(stack).networkBytes()).sum();
  }

  /**
   * Seconds of an iteration of all these stacks: the distributed ones one after the other, then the
   * others side by side, as many at a time as there are cores for.
   */
  double seconds(List<WeightStack> stacks) {
    double distributed = 0;
    double sum = 0;
    double longest = 0;
    for (WeightStack stack : stacks) {
      double seconds = cost(stack).seconds();
      if (isDistributed(stack)) {
        distributed += seconds;
      } else {
        sum += seconds;
        longest = Math.max(longest, seconds);
      }
    }
    return distributed + Math.max(longest, sum / tasksAtATime);
  }
}
