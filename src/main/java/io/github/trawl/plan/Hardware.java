package io.github.trawl.plan;

import java.util.Locale;

/**
 * The hardware that a cost is estimated for.
 *
 * @param executors processes that tasks run in, at least 1
 * @param cores of each executor, at least 1
 * @param gigaflops float32 multiplications and additions of one core in a large matrix product, in
 *     10⁹ a second; float64 runs at half of it
 * @param memoryGigabytesPerSecond memory traffic of one executor, in 10⁹ bytes a second
 * @param networkGigabytesPerSecond traffic of the link of one executor, each way, in 10⁹ bytes a
 *     second
 * @param stageSeconds time that Spark takes to start a stage and to gather its results
 */
public record Hardware(
    int executors,
    int cores,
    double gigaflops,
    double memoryGigabytesPerSecond,
    double networkGigabytesPerSecond,
    double stageSeconds) {
  /**
   * A low estimate for a core of a current server with AVX2 or AVX-512, in GFLOP/s; {@code
   * docs/cost-model.md} has a measured one.
   */
  public static final double DEFAULT_GIGAFLOPS = 40;

  /** Two memory channels, or the share that a few cores have of a large server's, in GB/s. */
  public static final double DEFAULT_MEMORY_BANDWIDTH = 20;

  /** 10 Gbit/s, in GB/s. */
  public static final double DEFAULT_NETWORK_BANDWIDTH = 1.25;

  /**
   * Between the measured times of an empty stage whose tasks ran in the driver's process (0.06 s)
   * and in separate executors (0.16 s).
   */
  public static final double DEFAULT_STAGE_SECONDS = 0.1;

  /** Checks that counts and speeds are positive, and the time of a stage is not negative. */
  public Hardware {
    if (executors < 1 || cores < 1) {
      throw new IllegalArgumentException(
          "%d executors with %d cores each; both must be at least 1".formatted(executors, cores));
    }
    if (!(gigaflops > 0 && memoryGigabytesPerSecond > 0 && networkGigabytesPerSecond > 0)) {
      throw new IllegalArgumentException(
          "speeds must be positive: %s GFLOP/s, %s GB/s of memory, %s GB/s of network"
              .formatted(gigaflops, memoryGigabytesPerSecond, networkGigabytesPerSecond));
    }
    if (!(stageSeconds >= 0)) {
      throw new IllegalArgumentException(
          "the time of a stage must not be negative: " + stageSeconds + " s");
    }
  }

  /** Executors of this speed, with the defaults for memory, network and the time of a stage. */
  public static Hardware of(int executors, int cores, double gigaflops) {
    return new Hardware(
        executors,
        cores,
        gigaflops,
        DEFAULT_MEMORY_BANDWIDTH,
        DEFAULT_NETWORK_BANDWIDTH,
        DEFAULT_STAGE_SECONDS);
  }

  /** Tasks that run at one time. */
  public int slots() {
    return executors * cores;
  }

  /** Describes the hardware, as in {@code 16 executors of 8 cores, 40 GFLOP/s a core}. */
  String describe() {
    return String.format(
        Locale.ROOT,
        "%d executor%s of %d core%s, %s GFLOP/s a core",
        executors,
        executors == 1 ? "" : "s",
        cores,
        cores == 1 ? "" : "s",
        gigaflops == Math.rint(gigaflops) ? Long.toString(Math.round(gigaflops)) : gigaflops);
  }
}
