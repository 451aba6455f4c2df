package io.github.trawl.decomposition;

import java.io.Serializable;

/**
 * One CP decomposition of a batch.
 *
 * @param rank the number of components, at least 1; may exceed the dimensions of the tensor
 * @param seed of the random start
 * @param start the distribution of the random start
 */
public record CpMember(int rank, long seed, StartDistribution start) implements Serializable {
  /** Creates a member with the uniform random start of TensorLy. */
  public CpMember(int rank, long seed) {
    this(rank, seed, StartDistribution.UNIFORM);
  }

  /** Checks the rank. */
  public CpMember {
    if (rank < 1) {
      throw new IllegalArgumentException("rank must be at least 1: " + rank);
    }
  }
}
