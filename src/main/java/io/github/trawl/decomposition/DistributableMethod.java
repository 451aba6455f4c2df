package io.github.trawl.decomposition;

import java.util.List;
import java.util.Optional;

/** A method that reads a tensor only by {@link CpPasses}, so that executors can share the work. */
public interface DistributableMethod extends DecompositionMethod {
  /**
   * Returns the flag of an option that is set in {@code options} but is not available when the
   * tensor is spread over executors; empty if all are available.
   */
  Optional<String> refusedWhenSpread(DecompositionOptions options);

  /**
   * Solves for every member of {@code options} by passes over a tensor, which may be in this
   * process or spread over executors.
   *
   * @return the decompositions in the order of {@link DecompositionOptions#members}
   */
  List<Decomposition> solve(CpPasses passes, DecompositionOptions options, SolveContext context);
}
