package io.github.trawl.sweep;

import io.github.trawl.architecture.WeightSlice;
import io.github.trawl.decomposition.DecompositionMethod;
import io.github.trawl.plan.WeightStack;
import java.util.List;

/**
 * What decompositions must have in common to be computed by one solve.
 *
 * @param slices labels of the matrices, which tell a matrix from its transpose
 * @param method of the decompositions
 * @param settings of the iterations
 */
record BatchKey(List<String> slices, DecompositionMethod method, IterationSettings settings) {
  static BatchKey of(WeightStack stack, DecompositionMethod method, IterationSettings settings) {
    return new BatchKey(stack.slices().stream().map(WeightSlice::label).toList(), method, settings);
  }
}
