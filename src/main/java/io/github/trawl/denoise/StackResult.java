package io.github.trawl.denoise;

import io.github.trawl.checkpoint.WrittenFile;
import io.github.trawl.decomposition.ConvergenceReason;
import java.io.Serializable;

/**
 * What is known of a decomposed stack, without its factors.
 *
 * @param stack its name
 * @param rank the rank used
 * @param relativeError ‖X − M‖ / ‖X‖ as the solver saw it
 * @param iterations done
 * @param reason why it stopped
 * @param seconds from reading the weights to the written factors
 * @param factors the file that holds the factors
 * @param blas what did the arithmetic
 */
record StackResult(
    String stack,
    int rank,
    double relativeError,
    int iterations,
    ConvergenceReason reason,
    double seconds,
    WrittenFile factors,
    String blas)
    implements Serializable {}
