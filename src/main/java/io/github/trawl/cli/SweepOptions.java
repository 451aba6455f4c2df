package io.github.trawl.cli;

import io.github.trawl.ErrorCategory;
import io.github.trawl.TrawlException;
import io.github.trawl.evaluation.task.Metric;
import io.github.trawl.sweep.Composition;
import io.github.trawl.sweep.Screening;
import io.github.trawl.sweep.SweepSettings;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import picocli.CommandLine.Option;

/** The options that say how a sweep compares its points and when it stops. */
final class SweepOptions {
  @Option(
      names = "--screen",
      paramLabel = "S",
      defaultValue = "race",
      description =
          "race: points that are worse than the best drop out early, and the winner and some others"
              + " see the test examples; none: all points see all examples (default:"
              + " ${DEFAULT-VALUE}).")
  private Screening screening;

  @Option(
      names = "--race.level",
      paramLabel = "P",
      defaultValue = "0.05",
      description =
          "Upper bound on the probability that the race drops the best point (default:"
              + " ${DEFAULT-VALUE}).")
  private double level;

  @Option(
      names = "--race.first",
      paramLabel = "N",
      defaultValue = "128",
      description =
          "Validation examples of each task in the first round (default: ${DEFAULT-VALUE}).")
  private int first;

  @Option(
      names = "--race.growth",
      paramLabel = "X",
      defaultValue = "2",
      description =
          "Factor by which each further round is larger than the one before (default: ${DEFAULT-VALUE}).")
  private double growth;

  @Option(
      names = "--race.seed",
      paramLabel = "S",
      defaultValue = "0",
      description =
          "Seed of the order in which validation examples are asked (default: ${DEFAULT-VALUE}).")
  private long seed;

  @Option(
      names = "--metric",
      paramLabel = "M",
      description =
          "The metric by which points are compared, such as acc_norm or loss (default: the first metric of each task).")
  private String metric;

  @Option(
      names = "--runners-up",
      paramLabel = "N",
      defaultValue = "3",
      description =
          "How many points beside the winner see the test examples (default: ${DEFAULT-VALUE}).")
  private int runnersUp;

  @Option(
      names = "--controls",
      paramLabel = "N",
      defaultValue = "0",
      description =
          "How many controls are measured for each point that sees the test examples: models whose"
              + " weights are changed at random by as much (default: ${DEFAULT-VALUE}).")
  private int controls;

  @Option(
      names = "--compose",
      paramLabel = "C",
      defaultValue = "none",
      description =
          "greedy: to the best point, points of other matrices are added one by one, as long as each"
              + " improves validation (default: ${DEFAULT-VALUE}).")
  private Composition composition;

  @Option(
      names = "--attempts",
      paramLabel = "N",
      defaultValue = "3",
      description =
          "How often a piece of work may fail, over all runs, until its points are given up (default: ${DEFAULT-VALUE}).")
  private int attempts;

  @Option(
      names = "--stop.failures",
      paramLabel = "N",
      description = "Ends the run after this many failures; the next run resumes it.")
  private Integer failures;

  @Option(
      names = "--stop.hours",
      paramLabel = "H",
      description =
          "Starts no new work after this many hours, such as 0.5; the next run resumes it.")
  private Double hours;

  SweepSettings settings() {
    require(level > 0 && level < 1, "--race.level", level, "must be above 0 and below 1");
    require(first >= 1, "--race.first", first, "must be at least 1");
    require(
        growth >= 1 && growth < 1e6,
        "--race.growth",
        growth,
        "must be at least 1 and below 1000000");
    require(runnersUp >= 0, "--runners-up", runnersUp, "must not be negative");
    require(controls >= 0, "--controls", controls, "must not be negative");
    require(attempts >= 1, "--attempts", attempts, "must be at least 1");
    require(failures == null || failures >= 1, "--stop.failures", failures, "must be at least 1");
    require(
        hours == null || (hours > 0 && hours < 1e6),
        "--stop.hours",
        hours,
        "must be above 0 and below 1000000");
    return new SweepSettings(
        screening,
        level,
        first,
        growth,
        seed,
        Optional.ofNullable(metric).map(SweepOptions::metric),
        runnersUp,
        controls,
        composition,
        attempts,
        failures == null ? OptionalInt.empty() : OptionalInt.of(failures),
        Optional.ofNullable(hours).map(each -> Duration.ofMillis(Math.round(each * 3_600_000))));
  }

  private static Metric metric(String name) {
    return Metric.find(name)
        .orElseThrow(
            () ->
                usage(
                    "--metric: there is no metric '%s'; give one that the tasks have, such as accuracy, acc, acc_norm or loss"
                        .formatted(name)));
  }

  private static void require(boolean valid, String flag, Object value, String rule) {
    if (!valid) {
      throw usage(flag + " is " + value + "; it " + rule);
    }
  }

  private static TrawlException usage(String message) {
    return new TrawlException(ErrorCategory.USAGE, message);
  }
}
