package io.github.trawl.solve;

import io.github.trawl.decomposition.DecompositionOptions;
import io.github.trawl.plan.PlannedSolve;
import java.util.Objects;

/**
 * A stack to solve.
 *
 * @param solve the matrices of the stack, and whether they are solved in a task or over the
 *     executors
 * @param options how the stack is decomposed; {@code solve} must have been planned for them
 * @param file name of the factor file relative to the output, such as {@code
 *     factors/layer-11-fc.arrow}; unique in a run
 */
public record StackRequest(PlannedSolve solve, DecompositionOptions options, String file) {
  /** Checks that nothing is missing. */
  public StackRequest {
    Objects.requireNonNull(solve, "solve");
    Objects.requireNonNull(options, "options");
    Objects.requireNonNull(file, "file");
  }

  /** The name of the stack. */
  public String stack() {
    return solve.stack().name();
  }
}
