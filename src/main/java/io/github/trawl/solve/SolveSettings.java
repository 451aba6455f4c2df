package io.github.trawl.solve;

import io.github.trawl.checkpoint.Staging;
import io.github.trawl.plan.SolveLimits;
import java.util.Objects;
import java.util.OptionalInt;

/**
 * How stacks are solved.
 *
 * @param limits by which they were placed
 * @param threads for each stack solved in a task; empty to share the cores of a local master among
 *     the stacks of a run, and one on a cluster. The number of threads changes no result.
 * @param staging where the factor files are written
 * @param goesOn whether a stack that fails through its own values, size or options is reported and
 *     the others are solved; otherwise its failure ends the run
 */
public record SolveSettings(
    SolveLimits limits, OptionalInt threads, Staging staging, boolean goesOn) {
  /** Checks that nothing is missing. */
  public SolveSettings {
    Objects.requireNonNull(limits, "limits");
    Objects.requireNonNull(threads, "threads");
    Objects.requireNonNull(staging, "staging");
  }
}
