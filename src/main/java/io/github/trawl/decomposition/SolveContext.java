package io.github.trawl.decomposition;

import io.github.trawl.linalg.Blas;
import io.github.trawl.linalg.OffHeapMemory;

/**
 * The resources of a solve.
 *
 * @param memory for factors and scratch; the solve returns all of it at its end
 * @param pool the threads to use
 * @param listener called after each iteration of CP; other methods do not call it
 */
public record SolveContext(
    Blas blas, OffHeapMemory memory, PanelPool pool, CpAls.Listener listener) {}
