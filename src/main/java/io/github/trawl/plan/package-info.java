/**
 * Plans which weight matrices are stacked into which tensors and where each is solved, and reports
 * what a run will take before it starts.
 *
 * <p>A stack is a three-way tensor: K weight matrices of I×J, its slices. Solving a stack means
 * decomposing it. A stack is solved in one task or, if it is large and the method allows it, it is
 * spread: its rows are cut into blocks, which tasks on all executors share. For SVD, each matrix is
 * a stack by itself. A stack's decompositions, one for each rank (or ratio) and seed, are its
 * members; those that are solved together are a batch.
 */
package io.github.trawl.plan;
