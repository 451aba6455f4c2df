package io.github.trawl.solve;

import io.github.trawl.decomposition.TerminationReason;
import java.io.Serializable;
import java.util.List;

/**
 * The outcome of one decomposition of a stack, without its factors.
 *
 * @param name of the member, the same in all stacks
 * @param rank the rank
 * @param seed the seed of its random start, which may be 0; 0, too, for a method without one
 * @param relativeError ‖X − M‖ / ‖X‖ as the solver computed it
 * @param iterations the number of iterations
 * @param reason why the decomposition ended
 * @param spectrum the sizes of its components as {@link
 *     io.github.trawl.tensor.LowRankTensor#spectrum} defines them, descending; empty where another
 *     member of the same seed has a larger rank
 */
public record MemberResult(
    String name,
    int rank,
    long seed,
    double relativeError,
    int iterations,
    TerminationReason reason,
    List<Float> spectrum)
    implements Serializable {
  /** Copies the list. */
  public MemberResult {
    spectrum = List.copyOf(spectrum);
  }

  /** 1 − relative error. */
  public double fit() {
    return 1 - relativeError;
  }
}
