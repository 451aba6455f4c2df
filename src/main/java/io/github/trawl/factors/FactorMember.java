package io.github.trawl.factors;

import java.io.Serializable;

/**
 * The metadata of one of the decompositions in a factor file.
 *
 * @param name unique in the file and the same in all files of a run, such as {@code r64-s3}
 * @param rank the requested rank, or the one that the requested ratio gives for this shape; the
 *     ranks of a stored Tucker tensor may be smaller
 * @param seed of the random start; 0, which is also a valid seed, for a method without one
 * @param fit 1 − ‖X − M‖ / ‖X‖ of the stack X and its approximation M, as the solver computed it
 * @param iterations the number of iterations done
 * @param reason why the solver stopped: the name of a {@link
 *     io.github.trawl.decomposition.TerminationReason}
 */
public record FactorMember(
    String name, int rank, long seed, double fit, int iterations, String reason)
    implements Serializable {}
