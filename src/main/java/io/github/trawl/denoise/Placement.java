package io.github.trawl.denoise;

import io.github.trawl.ErrorCategory;
import io.github.trawl.TrawlException;
import io.github.trawl.decomposition.Acceleration;
import io.github.trawl.plan.WeightStack;
import java.util.List;
import java.util.Locale;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Where stacks are solved: CP above a threshold over the executors, all else in one task each. */
record Placement(StackOptions options, long threshold, long offHeapBytes) {
  private static final Logger LOG = LoggerFactory.getLogger(Placement.class);

  static Placement of(DenoiseRequest request) {
    return new Placement(request.options(), request.distributedThreshold(), request.offHeapBytes());
  }

  /** Whether a stack of this size is solved over the executors. */
  boolean isSpread(long bytes) {
    return options.method() == DecompositionMethod.CP && bytes > threshold;
  }

  /**
   * Says what of a stack can be seen to fail before any work.
   *
   * @throws TrawlException if its rank, its acceleration or its need of memory is refused
   */
  void check(WeightStack stack) {
    if (options.method() == DecompositionMethod.SVD) {
      checkRank(stack);
    }
    if (!isSpread(stack.bytes())) {
      checkMemory(stack);
    } else if (options.acceleration() != Acceleration.NONE) {
      throw usage(
          "stack %s of %d bytes is solved over the executors, where acceleration is not available;"
              + " leave --acceleration out, choose a strategy with smaller stacks, or raise"
              + " --distributed.threshold",
          stack.name(), stack.bytes());
    }
  }

  /** Logs which large stacks one task each has to solve. */
  void announce(List<WeightStack> stacks) {
    for (WeightStack stack : stacks) {
      if (stack.bytes() > threshold && !isSpread(stack.bytes())) {
        LOG.info(
            "{} is above --distributed.threshold but solved in one task: {} is not spread over"
                + " executors; it needs at least {} MiB outside the heap there",
            stack.name(),
            options.method().name().toLowerCase(Locale.ROOT),
            mebibytes(leastBytes(stack)));
      }
    }
  }

  private void checkRank(WeightStack matrix) {
    int limit = Math.min(matrix.rows(), matrix.columns());
    int rank = options.rankFor(matrix.rows(), matrix.columns());
    if (rank > limit) {
      throw usage(
          "rank %d is more than %s of %d x %d has; give --rank 1 to %d, or a --ratio",
          rank, matrix.name(), matrix.rows(), matrix.columns(), limit);
    }
  }

  private void checkMemory(WeightStack stack) {
    long least = leastBytes(stack);
    if (least > offHeapBytes) {
      throw usage(
          "stack %s of (%d, %d, %d) is solved in one task, which needs at least %d MiB outside the"
              + " heap, and --memory.off-heap is %d MiB; raise it or %s",
          stack.name(),
          stack.depth(),
          stack.rows(),
          stack.columns(),
          mebibytes(least),
          mebibytes(offHeapBytes),
          options.method() == DecompositionMethod.CP
              ? "lower --distributed.threshold"
              : "choose a strategy with smaller stacks");
    }
  }

  private long leastBytes(WeightStack stack) {
    return StackMemory.leastBytes(
        stack,
        options.method(),
        options.rankFor(stack.rows(), stack.columns()),
        options.maxIterations());
  }

  /** Rounded up. */
  private static long mebibytes(long bytes) {
    return (bytes + (1 << 20) - 1) >> 20;
  }

  private static TrawlException usage(String format, Object... values) {
    return new TrawlException(ErrorCategory.USAGE, String.format(Locale.ROOT, format, values));
  }
}
