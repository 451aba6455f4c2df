package io.github.trawl.ml;

import io.github.trawl.factors.FactorMember;
import io.github.trawl.factors.FactorSet;
import io.github.trawl.tensor.LowRankTensor;

/**
 * The factors of a fitted model, with the ids of the rows to which it was fitted.
 *
 * @param factors one decomposition, with the labels of the slices
 * @param rows the ids of the rows, ascending
 */
@SuppressWarnings("ArrayRecordComponent") // Large, shared without a copy by design.
record FittedFactors(FactorSet factors, long[] rows) {
  /** Checks that there is one decomposition, of as many rows as there are ids. */
  FittedFactors {
    if (factors.members().size() != 1 || factors.tensors().get(0).rows() != rows.length) {
      throw new IllegalArgumentException(
          "%d decompositions and %d rows".formatted(factors.members().size(), rows.length));
    }
  }

  FactorMember member() {
    return factors.members().get(0);
  }

  LowRankTensor tensor() {
    return factors.tensors().get(0);
  }
}
