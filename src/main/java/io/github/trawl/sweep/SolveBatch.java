package io.github.trawl.sweep;

import io.github.trawl.decomposition.DecompositionOptions;
import io.github.trawl.plan.PlannedSolve;
import java.util.List;

/**
 * Decompositions of one stack that one solve makes together: every size with every seed.
 *
 * @param key the matrices, method and settings that they have in common
 * @param solve the stack, and where it is solved
 * @param sizes all ranks or all ratios, ascending
 * @param seeds ascending
 * @param options for solving all of them
 */
record SolveBatch(
    BatchKey key,
    PlannedSolve solve,
    List<DecompositionSize> sizes,
    List<Long> seeds,
    DecompositionOptions options) {
  SolveBatch {
    sizes = List.copyOf(sizes);
    seeds = List.copyOf(seeds);
  }
}
