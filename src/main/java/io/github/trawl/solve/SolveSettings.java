package io.github.trawl.solve;

import io.github.trawl.checkpoint.Staging;
import io.github.trawl.plan.SolveLimits;
import java.util.Objects;
import java.util.OptionalInt;

/**
 * How stacks are solved.
 *
 * @param limits the limits by which each stack was planned to be solved in a task or over the
 *     executors
 * @param threads the number of threads for each stack that is solved in a task. If empty, the
 *     stacks of a run share the cores of a local master; on a cluster each has one thread. The
 *     number of threads changes no result.
 * @param staging where the factor files are written
 * @param continuesOnFailure whether the run goes on after a stack has failed through its own
 *     values, size or options: the failure is then reported and the other stacks are solved.
 *     Otherwise it ends the run
 */
public record SolveSettings(
    SolveLimits limits, OptionalInt threads, Staging staging, boolean continuesOnFailure) {
  /** Checks that nothing is missing. */
  public SolveSettings {
    Objects.requireNonNull(limits, "limits");
    Objects.requireNonNull(threads, "threads");
    Objects.requireNonNull(staging, "staging");
  }
}
