package io.github.trawl.decomposition;

import io.github.trawl.linalg.Blas;
import io.github.trawl.linalg.OffHeapMemory;

/**
 * The resources of a solve.
 *
 * @param memory for factors and scratch, all returned at the end
 * @param pool the threads to use
 * @param listener called after each iteration
 */
public record SolveContext(
    Blas blas, OffHeapMemory memory, PanelPool pool, CpAls.Listener listener) {}
