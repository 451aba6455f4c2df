package io.github.trawl.denoise;

import io.github.trawl.decomposition.ConvergenceReason;
import java.io.Serializable;

/**
 * The outcome of one decomposition of a stack, without its factors.
 *
 * @param name of the member, the same in all stacks
 * @param rank the rank
 * @param seed of its random start; 0 if there was none
 * @param relativeError ‖X − M‖ / ‖X‖ as the solver computed it
 * @param iterations the number of iterations
 * @param reason why it stopped
 */
record MemberResult(
    String name,
    int rank,
    long seed,
    double relativeError,
    int iterations,
    ConvergenceReason reason)
    implements Serializable {
  double fit() {
    return 1 - relativeError;
  }
}
