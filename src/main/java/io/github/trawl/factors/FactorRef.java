package io.github.trawl.factors;

import java.io.Serializable;

/**
 * One of the decompositions that a factor file holds.
 *
 * @param file location of the file
 * @param rank of the decomposition; where the file holds nested ones, any up to the largest
 * @param seed of its random start; 0 if it had none
 */
public record FactorRef(String file, int rank, long seed) implements Serializable {}
