package io.github.trawl.cli;

import io.github.trawl.ErrorCategory;
import io.github.trawl.TrawlException;
import io.github.trawl.plan.SolveLimits;
import io.github.trawl.spark.ExecutorSettings;
import java.util.OptionalInt;
import picocli.CommandLine.Option;

/** The options that limit the memory and the threads of a run. */
final class ResourceOptions {
  @Option(
      names = "--memory.off-heap",
      paramLabel = "SIZE",
      converter = ByteSize.Converter.class,
      defaultValue = "4g",
      description =
          "Memory outside the Java heap that a process may use for weights and factors (default: ${DEFAULT-VALUE}).")
  private ByteSize offHeap;

  @Option(
      names = "--distributed.threshold",
      paramLabel = "SIZE",
      converter = ByteSize.Converter.class,
      defaultValue = "1g",
      description =
          "CP stacks above this size are spread over the executors (default: ${DEFAULT-VALUE}).")
  private ByteSize threshold;

  @Option(
      names = "--distributed.block-size",
      paramLabel = "SIZE",
      converter = ByteSize.Converter.class,
      defaultValue = "64m",
      description = "Size of the row blocks of a stack that is spread (default: ${DEFAULT-VALUE}).")
  private ByteSize blockSize;

  @Option(
      names = "--threads-per-stack",
      paramLabel = "N",
      description =
          "Threads for each stack solved in a task (default: a local master's cores shared among the stacks; 1 on a cluster).")
  private Integer threads;

  /**
   * Returns the limits for a plan, without a number of executors: the plan may be for another
   * cluster than the one in this process's configuration.
   */
  SolveLimits limits() {
    return new SolveLimits(offHeap.bytes(), threshold.bytes(), blockSize.bytes());
  }

  /** Returns the limits for a run, with the most executors that the configuration allows. */
  SolveLimits limitsOfRun() {
    return limits().withExecutors(ExecutorSettings.most(SparkSettings.create("", offHeap.bytes())));
  }

  /**
   * Returns the threads for each stack; empty if they are not given.
   *
   * @throws TrawlException of category USAGE if they are fewer than one
   */
  OptionalInt threads() {
    if (threads == null) {
      return OptionalInt.empty();
    }
    if (threads < 1) {
      throw new TrawlException(
          ErrorCategory.USAGE, "--threads-per-stack is " + threads + "; it must be at least 1");
    }
    return OptionalInt.of(threads);
  }
}
