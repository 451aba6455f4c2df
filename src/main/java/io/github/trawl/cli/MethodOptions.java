package io.github.trawl.cli;

import io.github.trawl.ErrorCategory;
import io.github.trawl.TrawlException;
import io.github.trawl.decomposition.Acceleration;
import io.github.trawl.decomposition.DecompositionMethod;
import io.github.trawl.decomposition.DecompositionMethods;
import io.github.trawl.decomposition.DecompositionOptions;
import io.github.trawl.decomposition.MethodOption;
import io.github.trawl.decomposition.StartDistribution;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import picocli.CommandLine.Option;

/** The options of the decomposition. Defaults are the paper's, except for the tolerance of cp. */
final class MethodOptions {
  private static final int DEFAULT_ITERATIONS = 100;

  @Option(
      names = "--method",
      paramLabel = "M",
      defaultValue = "cp",
      converter = MethodConverter.class,
      description =
          "cp, tucker, or svd, which decomposes each matrix by itself (default: ${DEFAULT-VALUE}).")
  private DecompositionMethod method;

  @Option(
      names = "--rank",
      paramLabel = "R",
      converter = NumberList.Converter.class,
      description =
          "The rank, at least 1. Several, such as 16,64,256 or 1..100, are solved together; the"
              + " output then holds factors for evaluate --factors instead of a checkpoint.")
  private NumberList rank;

  @Option(
      names = "--ratio",
      paramLabel = "P",
      split = ",",
      description =
          "For svd, in place of --rank: the rank is P times the smaller dimension. Several, such"
              + " as 0.1,0.5, are possible.")
  private List<Double> ratios = new ArrayList<>();

  @Option(
      names = "--seed",
      paramLabel = "S",
      defaultValue = "0",
      converter = NumberList.Converter.class,
      description =
          "Seed of cp's random start. Several, such as 1..5, are solved together (default:"
              + " ${DEFAULT-VALUE}).")
  private NumberList seed;

  @Option(
      names = "--start",
      paramLabel = "D",
      defaultValue = "uniform",
      description =
          "The distribution of cp's random start: uniform in [0, 1) as in the paper, or centred"
              + " around 0, which often reaches a fit sooner (default: ${DEFAULT-VALUE}).")
  private StartDistribution start;

  @Option(
      names = "--acceleration",
      paramLabel = "A",
      defaultValue = "none",
      description =
          "For cp: none, or extrapolation, which needs fewer iterations for the same fit but"
              + " changes the result (default: ${DEFAULT-VALUE}).")
  private Acceleration acceleration;

  @Option(
      names = "--max-iterations",
      paramLabel = "N",
      defaultValue = "" + DEFAULT_ITERATIONS,
      description = "The most iterations of cp and tucker (default: ${DEFAULT-VALUE}).")
  private int maxIterations;

  @Option(
      names = "--tolerance",
      paramLabel = "T",
      description =
          "Stops when two iterations in a row change the relative error by less; 0 runs all"
              + " (default: 1e-7 for cp, where the paper has 1e-8, and 1e-4 for tucker).")
  private Double tolerance;

  DecompositionMethod method() {
    return method;
  }

  /** Returns the options; empty if neither rank nor ratio is given: a plan needs neither. */
  Optional<DecompositionOptions> optionsIfRanked() {
    return rank == null && ratios.isEmpty() ? Optional.empty() : Optional.of(options());
  }

  DecompositionOptions options() {
    requireOneSize();
    requireSupported(MethodOption.SEED, !seed.values().equals(List.of(0L)));
    requireSupported(MethodOption.START, start != StartDistribution.UNIFORM);
    requireSupported(MethodOption.ACCELERATION, acceleration != Acceleration.NONE);
    requireSupported(MethodOption.MAX_ITERATIONS, maxIterations != DEFAULT_ITERATIONS);
    requireSupported(MethodOption.TOLERANCE, tolerance != null);
    if (maxIterations < 1) {
      throw usage("--max-iterations is " + maxIterations + "; it must be at least 1");
    }
    double effective = tolerance == null ? method.defaultTolerance() : tolerance;
    if (!(effective >= 0)) {
      throw usage("--tolerance is " + tolerance + "; it must not be negative");
    }
    return new DecompositionOptions(
        method, ranks(), ratios, seed.values(), maxIterations, effective, start, acceleration);
  }

  private void requireOneSize() {
    boolean byRatio = method.options().contains(MethodOption.RATIO);
    if ((rank == null) == ratios.isEmpty()) {
      throw usage(
          rank == null
              ? "missing --rank" + (byRatio ? " or --ratio" : "")
              : "--rank and --ratio exclude each other");
    }
    requireSupported(MethodOption.RATIO, !ratios.isEmpty());
    for (Double ratio : ratios) {
      if (!(ratio > 0 && ratio <= 1)) {
        throw usage("--ratio is " + ratio + "; it must be above 0 and at most 1");
      }
    }
    if (new HashSet<>(ratios).size() != ratios.size()) {
      throw usage("--ratio names a ratio twice: " + ratios);
    }
  }

  private List<Integer> ranks() {
    if (rank == null) {
      return List.of();
    }
    for (long value : rank.values()) {
      if (value < 1 || value > Integer.MAX_VALUE) {
        throw usage("--rank is " + value + "; it must be from 1 to " + Integer.MAX_VALUE);
      }
    }
    return rank.values().stream().map(Math::toIntExact).toList();
  }

  /** Refuses an option that the method would ignore although the user expects an effect. */
  private void requireSupported(MethodOption option, boolean given) {
    if (given && !method.options().contains(option)) {
      throw usage(
          "--%s is for --method %s; leave it out for %s"
              .formatted(
                  option.key(),
                  DecompositionMethods.ALL.stream()
                      .filter(each -> each.options().contains(option))
                      .map(DecompositionMethod::key)
                      .collect(Collectors.joining(" or ")),
                  method.key()));
    }
  }

  private static TrawlException usage(String message) {
    return new TrawlException(ErrorCategory.USAGE, message);
  }
}
