package io.github.trawl.decomposition;

import java.io.Serializable;

/**
 * One of the decompositions that a solve makes of a tensor.
 *
 * @param name unique in the solve and the same for all tensors of a run, such as {@code r64},
 *     {@code r64-s3} or {@code p0.1}
 * @param rank at least 1
 * @param seed of the random start, which may be 0; 0, too, for a method without one
 */
public record MemberSpec(String name, int rank, long seed) implements Serializable {
  /** Checks the rank. */
  public MemberSpec {
    if (rank < 1) {
      throw new IllegalArgumentException("rank " + rank + " of " + name + " is less than 1");
    }
  }
}
