/**
 * Factor files, the edits of matrices that they describe, and the new values computed from them.
 * Nothing here uses Spark.
 *
 * <p>A stack is a three-way tensor whose slices are weight matrices of one shape. The
 * decompositions of a stack, one for each rank (or ratio) and random seed, are called its members.
 * An edit replaces one matrix of a model by its slice of a member.
 */
package io.github.trawl.factors;
