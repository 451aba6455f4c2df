package io.github.trawl.cli;

import io.github.trawl.ErrorCategory;
import io.github.trawl.TrawlException;
import io.github.trawl.plan.Hardware;
import picocli.CommandLine.Option;

/** The options that describe the hardware for which the cost of a run is estimated. */
final class EstimateOptions {
  @Option(
      names = "--executors",
      paramLabel = "N",
      defaultValue = "1",
      description = "Executors to estimate the cost for (default: ${DEFAULT-VALUE}).")
  private int executors;

  @Option(
      names = "--cores",
      paramLabel = "N",
      description = "Cores of each executor (default: those of this machine).")
  private Integer cores;

  @Option(
      names = "--gflops",
      paramLabel = "N",
      defaultValue = "" + Hardware.DEFAULT_GIGAFLOPS,
      description =
          "Float32 speed of a core in a matrix product, in GFLOP/s (default: ${DEFAULT-VALUE}; jobs/bench measures it).")
  private double gigaflops;

  @Option(
      names = "--network",
      paramLabel = "N",
      defaultValue = "" + Hardware.DEFAULT_NETWORK_BANDWIDTH,
      description = "Speed of an executor's network link, in GB/s (default: ${DEFAULT-VALUE}).")
  private double network;

  Hardware hardware() {
    int available = cores == null ? Runtime.getRuntime().availableProcessors() : cores;
    require("--executors", executors >= 1, executors);
    require("--cores", available >= 1, available);
    require("--gflops", gigaflops > 0 && gigaflops < Double.POSITIVE_INFINITY, gigaflops);
    require("--network", network > 0 && network < Double.POSITIVE_INFINITY, network);
    return new Hardware(
        executors,
        available,
        gigaflops,
        Hardware.DEFAULT_MEMORY_BANDWIDTH,
        network,
        Hardware.DEFAULT_STAGE_SECONDS);
  }

  private static void require(String option, boolean valid, Object value) {
    if (!valid) {
      throw new TrawlException(
          ErrorCategory.USAGE, option + " is " + value + "; give a finite number above 0");
    }
  }
}
