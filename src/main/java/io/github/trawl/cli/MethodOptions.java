package io.github.trawl.cli;

import io.github.trawl.ErrorCategory;
import io.github.trawl.TrawlException;
import io.github.trawl.decomposition.Acceleration;
import io.github.trawl.decomposition.FactorStart;
import io.github.trawl.denoise.DecompositionMethod;
import io.github.trawl.denoise.StackOptions;
import java.util.OptionalInt;
import picocli.CommandLine.Option;

/** How a stack is approximated. Defaults are those of the paper. */
final class MethodOptions {
  @Option(
      names = "--method",
      paramLabel = "M",
      defaultValue = "cp",
      description =
          "cp, tucker, or svd, which takes each matrix by itself (default: ${DEFAULT-VALUE}).")
  private DecompositionMethod method;

  @Option(names = "--rank", paramLabel = "R", description = "The rank, at least 1.")
  private Integer rank;

  @Option(
      names = "--ratio",
      paramLabel = "P",
      description = "For svd instead of --rank: the rank is P times the smaller dimension.")
  private Double ratio;

  @Option(
      names = "--seed",
      paramLabel = "S",
      defaultValue = "0",
      description = "Of the random start of cp (default: ${DEFAULT-VALUE}).")
  private long seed;

  @Option(
      names = "--start",
      paramLabel = "D",
      defaultValue = "uniform",
      description =
          "Of cp: uniform in [0, 1) as in the paper, or centred around 0, which often fits sooner"
              + " (default: ${DEFAULT-VALUE}).")
  private FactorStart start;

  @Option(
      names = "--acceleration",
      paramLabel = "A",
      defaultValue = "none",
      description =
          "Of cp: none, or extrapolation for fewer iterations to the same fit; changes the result"
              + " (default: ${DEFAULT-VALUE}).")
  private Acceleration acceleration;

  @Option(
      names = "--max-iterations",
      paramLabel = "N",
      defaultValue = "100",
      description = "Of cp and tucker (default: ${DEFAULT-VALUE}).")
  private int maxIterations;

  @Option(
      names = "--tolerance",
      paramLabel = "T",
      description =
          "Stop when the relative error changes by less (default: 1e-8 for cp, 1e-4 for tucker).")
  private Double tolerance;

  DecompositionMethod method() {
    return method;
  }

  boolean isCp() {
    return method == DecompositionMethod.CP;
  }

  int maxIterations() {
    return maxIterations;
  }

  /** The rank for a plan, which does without one. */
  OptionalInt rank() {
    checkRank();
    return rank == null ? OptionalInt.empty() : OptionalInt.of(rank);
  }

  StackOptions options() {
    boolean svd = method == DecompositionMethod.SVD;
    if ((rank == null) == (ratio == null)) {
      throw usage(
          rank == null
              ? "missing --rank" + (svd ? " or --ratio" : "")
              : "--rank and --ratio exclude each other");
    }
    if (ratio != null && !svd) {
      throw usage("--ratio is for --method svd; give --rank for " + method);
    }
    checkRank();
    if (ratio != null && !(ratio > 0 && ratio <= 1)) {
      throw usage("--ratio is " + ratio + "; it must be above 0 and at most 1");
    }
    if (maxIterations < 1) {
      throw usage("--max-iterations is " + maxIterations + "; it must be at least 1");
    }
    double effective =
        tolerance != null ? tolerance : method == DecompositionMethod.TUCKER ? 1e-4 : 1e-8;
    if (!(effective >= 0)) {
      throw usage("--tolerance is " + tolerance + "; it must not be negative");
    }
    return new StackOptions(
        method,
        rank == null ? StackOptions.NO_RANK : rank,
        ratio == null ? Double.NaN : ratio,
        seed,
        maxIterations,
        effective,
        start,
        acceleration);
  }

  private void checkRank() {
    if (rank != null && rank < 1) {
      throw usage("--rank is " + rank + "; it must be at least 1");
    }
  }

  private static TrawlException usage(String message) {
    return new TrawlException(ErrorCategory.USAGE, message);
  }
}
