/**
 * The denoise job: plan the stacks of matrices, decompose them on Spark, write the factors, compute
 * the new weights from them, publish. The decompositions of a stack, one for each rank (or ratio)
 * and seed, are called its members.
 */
package io.github.trawl.denoise;
