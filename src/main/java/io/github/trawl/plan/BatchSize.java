package io.github.trawl.plan;

import java.util.List;

/**
 * The size of a batch: the decompositions of one tensor that are solved together.
 *
 * @param width the sum of the ranks
 * @param squares the sum of the squares of the ranks
 * @param cubes the sum of the cubes of the ranks
 */
record BatchSize(long width, double squares, double cubes) {
  static BatchSize of(List<Integer> ranks) {
    return new BatchSize(
        ranks.stream().mapToLong(Integer::longValue).sum(),
        ranks.stream().mapToDouble(rank -> (double) rank * rank).sum(),
        ranks.stream().mapToDouble(rank -> (double) rank * rank * rank).sum());
  }
}
