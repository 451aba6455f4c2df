package io.github.trawl.factors;

import java.io.Serializable;

/**
 * A reference to one of the decompositions in a factor file.
 *
 * @param file location of the file
 * @param rank of the decomposition; for a nested method such as SVD any rank up to the largest that
 *     is stored
 * @param seed of the random start; 0, which is also a valid seed, for a method without one
 */
public record FactorRef(String file, int rank, long seed) implements Serializable {}
