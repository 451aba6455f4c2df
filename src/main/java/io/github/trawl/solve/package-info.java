/**
 * Solves stacks of a checkpoint on Spark and writes their factor files.
 *
 * <p>A stack is a list of weight matrices of one shape, which are decomposed together as the slices
 * of a tensor. A stack is either solved in one task or <em>spread</em>: blocks of its rows are
 * distributed over the executors. Each rank and seed for which it is decomposed is a member.
 */
package io.github.trawl.solve;
