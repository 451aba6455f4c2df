package io.github.trawl.denoise;

import io.github.trawl.decomposition.ConvergenceReason;
import io.github.trawl.linalg.Arithmetic;
import java.io.Serializable;
import java.util.Set;

/**
 * What is known of a decomposed stack, without its factors.
 *
 * @param stack its name
 * @param rank the rank used
 * @param relativeError ‖X − M‖ / ‖X‖ as the solver saw it
 * @param iterations done
 * @param reason why it stopped
 * @param seconds from reading the weights to the written factors
 * @param factorFile name of the file that holds the factors
 * @param arithmetic what computed it: of one process, or of all that had a part
 */
record StackResult(
    String stack,
    int rank,
    double relativeError,
    int iterations,
    ConvergenceReason reason,
    double seconds,
    String factorFile,
    Set<Arithmetic> arithmetic)
    implements Serializable {}
